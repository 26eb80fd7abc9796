"""axe in a real browser: every page, light and dark, wide and on a phone.

Contrast takes most of the time, and texts of one style on one ground all have the same: of each
style, the first block is looked at. It differs between the schemes, and not on a phone.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from built import SITE, moved

RULES_ABOUT_COLOR = ["color-contrast", "link-in-text-block"]
COLOR = {"runOnly": RULES_ABOUT_COLOR}
ALL_BUT_COLOR = {"rules": {rule: {"enabled": False} for rule in RULES_ABOUT_COLOR}}
PAGES = [str(p.relative_to(SITE)) for p in sorted(SITE.rglob("*.html")) if not moved(p)]

ONE_BLOCK_OF_EACH_STYLE = """() => {
  const styles = new Map([[null, ""]])
  const style = element => {
    if (!styles.has(element)) {
      const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(element)
      const own = [element.localName, element.getAttribute("class"), color, backgroundColor,
        fontSize, fontWeight]
      styles.set(element, `${style(element.parentElement)} > ${own.join(" ")}`)
    }
    return styles.get(element)
  }
  const seen = new Set(), kept = new Set(), texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement
    if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue
    const block = element.closest("p, li, th, td, dt, dd, figcaption") ?? element
    texts.push([text, block])
    if (!seen.has(style(element))) kept.add(block)
    seen.add(style(element))
  }
  for (const [text, block] of texts) if (!kept.has(block)) text.remove()
}"""

# An observer of the page makes what has begun to scroll reachable by keyboard.
TWO_FRAMES = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""

# Text in angle brackets that Markdown took for HTML.
UNKNOWN_ELEMENTS = """() => [...document.querySelectorAll("*")]
  .filter(element => element instanceof HTMLUnknownElement).map(element => element.outerHTML)"""


# A range has the box of a link's span, too, as high as all lines: only tops tell them apart.
LONG_TITLES = """() => [...document.querySelectorAll(".md-sidebar--primary .md-nav__link")]
  .filter(link => {
    const text = document.createRange()
    text.selectNodeContents(link)
    const boxes = [...text.getClientRects()].filter(box => box.width)
    return boxes.length && boxes.at(-1).top - boxes[0].top > boxes.at(-1).height / 2
  }).map(link => link.textContent.trim())"""

SMALL_TEXTS = """() => [...document.querySelectorAll("figure.plot svg text")]
  .filter(text => text.checkVisibility() &&
    parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a < 11)
  .map(text => text.textContent)"""


def test_there_are_pages():
    assert PAGES, "site/ is not built: run make site"


@pytest.fixture(scope="module")
def visit(browser):
    """One tab for all pages: the browser keeps axe compiled, which is a third of the time."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_screen_and_axe_finds_no_violation(visit, address, page):
    visit.goto(address + page)
    assert visit.evaluate(UNKNOWN_ELEMENTS) == []
    visit.add_style_tag(content="* { transition: none !important }")
    visit.evaluate(Axe().axe_script)
    for width in (390, 1280):
        visit.set_viewport_size({"width": width, "height": 800})
        visit.evaluate(TWO_FRAMES)
        assert visit.evaluate("document.documentElement.scrollWidth") <= width
        assert _violations(visit, ALL_BUT_COLOR) == [], f"{width} pixels wide"
        assert visit.evaluate(SMALL_TEXTS) == []
    assert visit.evaluate(LONG_TITLES) == []
    visit.evaluate(ONE_BLOCK_OF_EACH_STYLE)
    for scheme in ("default", "slate"):
        visit.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
        assert _violations(visit, COLOR) == [], scheme


def _violations(visit, rules):
    options = rules | {"resultTypes": ["violations"]}
    found = visit.evaluate("options => axe.run(options)", options)["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("page", ["guide/pools/", "guide/considerations/sharing/"])
def test_pages_in_the_folder_of_another_stand_below_it_in_the_sidebar(visit, address, page):
    visit.goto(address + page)
    for width in (390, 1280):
        visit.set_viewport_size({"width": width, "height": 800})
        lefts = visit.evaluate("""() => Object.fromEntries(
            [...document.querySelectorAll(".md-sidebar--primary .md-nav__item > a")]
                .filter(link => !link.hash)
                .map(link => [link.pathname, link.parentNode.getBoundingClientRect().left]))""")
        above = lefts["/guide/considerations/"]
        below = [x for path, x in lefts.items() if path.startswith("/guide/considerations/")]
        assert len(below) == 4
        assert [x > above for x in below] == [False, True, True, True]
