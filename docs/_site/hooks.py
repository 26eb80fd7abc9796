"""What MkDocs and its plugins leave undone: labels, notebook pages, lines in messages."""

import logging
import os
import re
import shutil
import sys
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests")]

import bundle  # noqa: E402
import here_documents  # noqa: E402
import kit  # noqa: E402
import made  # noqa: E402
import measuring  # noqa: E402
import notebooks  # noqa: E402
import plain  # noqa: E402
import practise  # noqa: E402
import search_index  # noqa: E402
import show_evidence  # noqa: E402
import thread_safety  # noqa: E402
import version  # noqa: E402
from engine import ROOT, fences  # noqa: E402

LINK = re.compile(r"Doc file '(?P<page>[^']+)' contains a link '(?P<link>[^']+)'")

OUTPUT = r'<div class="[^"]*\boutput\b[^"]*">(?:(?!</div>)[\s\S])*</div>\n?'
TITLE = re.compile(r'<h1\b[^>]*>(.*?)(?:<a class="headerlink"|</h1>)')
SEVERAL_OUTPUTS = re.compile(rf"(?:{OUTPUT}){{2,}}")
OPEN_OUTPUT = re.compile(
    r'(<div class="[^"]*\boutput\b[^"]*">)<span class="filename">(.*?)</span>(<pre>[\s\S]*?</pre>)'
)

SCROLLING_TABLE = (
    r'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">\1</div></div>'
)
FOLDED_OUTPUT = r'\1<details open><summary class="filename">\2</summary>\3</details>'

# Markdown wraps what stands indented, as in a note, in a paragraph, which may hold no figure.
LONE_FIGURES = re.compile(r"<p>((?:<figure\b(?:(?!</figure>)[\s\S])*</figure>\s*)+)</p>")

searched = []
below = []  # pages that stand below another in the sidebar
written = []


def on_config(config):
    """Let MkDocs' warnings about links name a line, and notebooks find their tools."""
    show_evidence.builds.cache_clear()
    thread_safety.table.cache_clear()
    kit.rules.cache_clear()
    kit.record.cache_clear()
    practise.exercises.cache_clear()
    searched.clear()
    written.clear()
    here_documents.register()
    global docs
    docs = Path(config.docs_dir)
    logging.getLogger("mkdocs.structure.pages").addFilter(_add_line)
    os.environ["JUPYTER_CONFIG_DIR"] = str(HERE / "jupyter")
    os.environ["PYTHONPATH"] = str(HERE)
    config.extra["version"], config.extra["date"] = version.current()
    made_before = [str(n) for n in docs.glob("measured/*.py") if measuring.is_made(n)]
    config.plugins["mkdocs-jupyter"].config["execute_ignore"] = made_before


def on_files(files, config):
    """Let pages link to the evidence as data; it is complete when every notebook has run."""
    for data in show_evidence.DATA, thread_safety.DATA:
        files.append(File.generated(config, data, content="{}"))


def on_nav(nav, config, files):
    """Find the pages in the folder of another, as guide/considerations/sharing.md."""
    above = {page.file.src_uri.removesuffix(".md") for page in nav.pages}
    below[:] = [p for p in nav.pages if p.file.src_uri.rpartition("/")[0] in above]


def on_page_markdown(markdown, page, config, files):
    """Turn marks into labels, outputs into panels, and say under each block where it ran."""
    is_notebook = page.file.src_path.endswith(".py")
    written.append((page, None if is_notebook else plain.markdown(markdown)))
    sources = _Sources(config, page, markdown)
    if markdown.startswith("---\n"):
        raise PluginError(f"{sources.place(1)}: no YAML up to the next ---; quote what has a colon")
    markdown = made.fill(markdown, page, config, files, sources.place)
    lines = markdown.splitlines()
    for block in reversed(fences.blocks(markdown)):  # from the last one up: the others stay
        ran = block.indent + show_evidence.line(block, page, sources.of(block))
        lines[block.first - 1 : (block.output or block).end] = [
            _opening(block),
            *lines[block.line : block.end],
            *_output(block, lines),
            *("", ran, ""),
        ]
    return "\n".join(lines)


class _Sources:
    """Where the blocks of a page stand in the repository."""

    def __init__(self, config, page, markdown):
        self.root = config.extra.get("source")
        self.page = page.file.src_path
        text = Path(page.file.abs_src_path).read_text("utf-8")
        self.above = text[: max(text.find(markdown), 0)].count("\n")  # the front matter

    def place(self, line, separator=":"):
        """Return the page and a line of it, as an editor counts them."""
        return f"docs/{self.page}{separator}{line + self.above}"

    def of(self, block):
        """Return the address of a block's line, or of its program; "" if there is none."""
        return self.root and f"{self.root}{block.program or self.place(block.line, '#L')}"


def _opening(block):
    """Return the first line of a fence, with a label of what the block needs."""
    needs = block.marks.get("needs") if block.runs else None
    if not needs:
        return f"{block.indent}{block.ticks}{block.info}"
    label = ", ".join(map(show_evidence.need, needs))
    return f'{block.indent}{block.ticks} {{ .{block.info} .needs title="{label}" }}'


def _output(block, lines):
    """Return the output of a block as a panel, or a panel for each that builds printed."""
    output = block.output
    if not output:
        return []
    label = _output_label(block)
    groups = show_evidence.outputs(block)
    if len(groups) < 2:
        opening = f'{output.ticks} {{ .text .output title="{label}" }}'
        return ["", output.indent + opening, *lines[output.line : output.end]]
    panels = []
    for names, printed in groups:
        opening = f'{output.ticks} {{ .text .output title="{label} on {names}" }}'
        panels += ["", opening, *printed.splitlines(), output.ticks]
    return [f"{output.indent}{line}".rstrip() for line in panels]


def _output_label(block):
    """Say what of an output may differ when the reader runs the block."""
    any_order, varies = map(block.marks.get, ("any_order", "varies"))
    if any_order == []:
        return "Output, in any order"
    varying = ["order of some lines"] * (any_order is not None) + ["details"] * bool(varies)
    return f"Output ({' and '.join(varying)} may differ)" if varying else "Output"


def on_page_content(html, page, config, files):
    """Reduce a notebook page to its content, and let the search know every page."""
    if page.file.src_path.endswith(".py"):
        html = notebooks.page(page, html, files, _place)
    html = kit.link(html, page, files)
    html = SEVERAL_OUTPUTS.sub(r'<div class="outputs">\g<0></div>', html)
    html = OPEN_OUTPUT.sub(FOLDED_OUTPUT, html)
    html = LONE_FIGURES.sub(r"\1", html)
    html = html.replace("<th></th>", "<td></td>")
    if not page.is_homepage and "title" not in page.meta and (title := TITLE.search(html)):
        page.meta["title"] = re.sub(r"<[^>]+>", "", title[1])  # the navigation may have a short one
    html = re.sub(r"(<table>[\s\S]*?</table>)", SCROLLING_TABLE, html)
    html = re.sub(r"# \((\d+)\)!(?=</span>)", r'<b class="note-number"># \1</b>', html)
    search = page.meta.get("search", {})
    if not search.get("exclude"):
        boost = search.get("boost", 1)
        title, description = page.meta.get("title", page.title), page.meta.get("description", "")
        searched.extend(search_index.pages(page.url, title, boost, html, description))
    return search_index.ASKED.sub("", html)


def on_post_page(output, page, config):
    """Remove what mkdocs-jupyter puts on every page."""
    output = re.sub(
        r"<(script|style)\b[^>]*>(?:(?!</\1>)[\s\S])*?(?:jp-|jupyter|MathJax)[\s\S]*?</\1>",
        "",
        output,
    )
    for other in below:
        link = f'<a href="{get_relative_url(other.url, page.url)}" class="md-nav__link'
        output = output.replace(link, f"{link} below")
    return _corrected(output)


def on_post_template(output, template_name, config):
    """Correct the pages that have no Markdown."""
    return _corrected(output) if template_name.endswith(".html") else output


def _corrected(output):
    """Fix Material's markup: what HTML does not allow."""
    output = output.replace(' tabindex=""', "")
    output = re.sub(r'<input class="md-toggle" data-md-toggle="search"[^>]*>', "", output)
    return re.sub(r'(<input class="md-toggle[^>]*?) autocomplete="off"', r"\1", output)


def on_post_build(config):
    """Write what search, programs and downloads need; leave out what no page asks for."""
    shutil.rmtree(Path(config.site_dir, "assets/javascripts"))
    for unused in Path(config.site_dir).rglob("*.map"):
        unused.unlink()
    bundle.write(Path(config.site_dir, "assets"))
    shutil.rmtree(Path(config.site_dir, "assets/stylesheets"))
    index = Path(config.site_dir, search_index.NAME)
    index.write_text(search_index.script(searched), "utf-8")
    plain.write(config, written, show_evidence.summary(config))
    show_evidence.write(config)
    thread_safety.write(config)
    kit.write(config)
    practise.write(config)
    programs = (ROOT / "examples").rglob("*.py")
    for program in [*programs, *(ROOT / "examples").rglob("*.json")]:
        target = Path(config.site_dir, program.relative_to(ROOT))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(program, target)
    if config.use_directory_urls:  # nobody has linked to a page of the offline copy
        for old, new in (config.extra.get("moved") or {}).items():
            _redirect(Path(config.site_dir, old), new)


def _redirect(old, new):
    """Write a page that leads to `new`, an address relative to it."""
    old.mkdir(parents=True, exist_ok=True)
    (old / "index.html").write_text(
        f'<!doctype html><html lang="en"><title>Moved</title><meta http-equiv="refresh" '
        f'content="0; url={new}"><link rel="canonical" href="{new}">'
        f'<script>location.replace("{new}" + (location.hash || ""))</script>'
        f'<p><a href="{new}">This page has moved.</a></p></html>\n'
    )


def on_build_error(error):
    """Name the file and the line of the notebook cell that raised, or that took too long."""
    notebooks.explain(error, docs)


def _add_line(record):
    if match := LINK.search(record.getMessage()):
        record.msg = f"{_place(match['page'], match['link'])}: {record.getMessage()}"
        record.args = ()
    return True


def _place(page, text):
    """Return "docs/page:line" of the first line of a page that holds `text`."""
    path = docs / page
    numbered = enumerate(path.read_text("utf-8").splitlines(), 1)
    number = next((number for number, line in numbered if text in line), 1)
    return f"{path.relative_to(docs.parent)}:{number}"
