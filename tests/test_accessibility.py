"""axe in a real browser: every page, light and dark, wide and on a phone.

Contrast takes most of the time, for each word of code has a color. So it is not looked at again
on a phone, and one word of each color in each kind of panel is enough.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from built import SITE, moved

PAGES = [str(p.relative_to(SITE)) for p in sorted(SITE.rglob("*.html")) if not moved(p)]

ONE_OF_EACH = """() => {
  const seen = new Set()
  for (const word of document.querySelectorAll("pre span:not(:has(*))")) {
    const color = `${word.className} in ${word.closest("pre").parentElement.className}`
    seen.has(color) ? word.remove() : seen.add(color)
  }
}"""


def test_there_are_pages():
    assert PAGES, "site/ is not built: run make site"


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_violation(visit, address, page):
    visit.goto(address + page)
    visit.evaluate(ONE_OF_EACH)
    assert _violations(visit) == []
    visit.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    visit.add_style_tag(content="* { transition: none !important }")
    assert _violations(visit, runOnly=["color-contrast", "link-in-text-block"]) == []
    visit.set_viewport_size({"width": 390, "height": 844})
    visit.goto(address + page)
    assert _violations(visit, rules={"color-contrast": {"enabled": False}}) == []


def _violations(visit, **options):
    options["resultTypes"] = ["violations"]
    found = Axe().run(visit, options=options).response["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]
