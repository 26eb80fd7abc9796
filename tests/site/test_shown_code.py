"""Whatever a built page shows as code ran, was compared, or is a command to read.

The grammar checks the Markdown; this checks what MkDocs made of it, so that no difference
between the two readings lets a block onto a page that nothing runs.
"""

import re

from bs4 import BeautifulSoup

import graphs
import show_evidence
from built import ROOT, SITE, pages, soup
from engine import fences

DOCS = ROOT / "docs"


def source(page):
    """Return the Markdown file or the notebook that a page of the site was made from."""
    name = page.parent.relative_to(SITE).as_posix()
    tried = [DOCS / f"{name}.md", DOCS / name / "index.md", DOCS / f"{name}.py"]
    found = [path for path in tried if path.exists()]
    assert found, f"{page.relative_to(ROOT)}: made from none of {tried}"
    return found[0]


def allowed(path):
    """Return the texts that a page may show: what ran, what was compared, what is read."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        blocks, text = fences.shown(text), fences.markdown(text)
    else:
        blocks = fences.blocks(text)
    for block in blocks:
        program = block.program
        yield (ROOT / program).read_text("utf-8") if program else block.code
        yield block.shown or ""
        yield from (output for _, output in show_evidence.outputs(block))
    for fence in fences.split(text)[0]:
        if fence.info in fences.READ:
            yield "\n".join(fence.inside)
    for name in re.findall(r"\(made:explorer/([\w-]+)\)", text):
        for version in graphs.VERSIONS if name in graphs.names() else ():
            source = enumerate(graphs.recorded(name, version).source, 1)  # as it was run
            yield "\n".join(f"{number} {line}" for number, line in source)


def squeeze(text):
    return "".join(text.split())


def unknown(html, path):
    """Yield "page:line: …" for each text that the HTML of `path` shows as code, and may not."""
    known = {squeeze(text) for text in allowed(path)}
    lines = path.read_text("utf-8").splitlines()
    for pre in html.select("article pre"):
        if squeeze(pre.get_text()) not in known:
            first = next(filter(None, map(str.strip, pre.get_text().splitlines())), "")
            at = next((n for n, line in enumerate(lines, 1) if first and first in line), 1)
            yield f"{path.relative_to(ROOT)}:{at}: nothing runs what is shown as code: {first}"


def test_what_a_page_shows_as_code_ran_or_was_compared():
    assert [line for page in pages(SITE) for line in unknown(soup(page), source(page))] == []


def test_code_that_nothing_runs_is_found_with_its_line():
    html = BeautifulSoup("<article><pre>never()</pre></article>", "html.parser")
    (found,) = unknown(html, DOCS / "guide/locks.md")
    assert found.startswith("docs/guide/locks.md:1: nothing runs")


def test_a_program_that_a_shell_block_writes_has_its_own_colors():
    shell = [block for page in pages(SITE) for block in soup(page).select(".language-sh pre")]
    written = [block for block in shell if re.search(r"^cat > \S+\.py <<'", block.text, re.M)]
    assert written
    assert [block.text for block in written if not block.select(".kn, .k")] == []
