"""What MkDocs and its plugins leave undone: labels, notebook pages, lines in messages."""

import ast
import logging
import os
import re
import shutil
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File
from nbclient.exceptions import CellExecutionError, CellTimeoutError

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests")]

import explorer  # noqa: E402
import measuring  # noqa: E402
import pictures  # noqa: E402
import plain  # noqa: E402
import search_index  # noqa: E402
import show_evidence  # noqa: E402
import timelines  # noqa: E402
from engine import fences  # noqa: E402

ROOT = HERE.parents[1]

LINK = re.compile(r"Doc file '(?P<page>[^']+)' contains a link '(?P<link>[^']+)'")

OPEN_OUTPUT = re.compile(
    r'(<div class="[^"]*\boutput\b[^"]*">)<span class="filename">(.*?)</span>(<pre>[\s\S]*?</pre>)'
)

SCROLLING_TABLE = (
    r'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">\1</div></div>'
)
FOLDED_OUTPUT = r'\1<details open><summary class="filename">\2</summary>\3</details>'

FIGURES = '<p class="figures"></p>'
EVIDENCE = "reference/evidence.md"
searched = []
written = []


def on_config(config):
    """Let MkDocs' warnings about links name a line, and notebooks find their tools."""
    show_evidence.builds.cache_clear()
    searched.clear()
    written.clear()
    global docs
    docs = Path(config.docs_dir)
    logging.getLogger("mkdocs.structure.pages").addFilter(_add_line)
    os.environ["JUPYTER_CONFIG_DIR"] = str(HERE / "jupyter")
    os.environ["PYTHONPATH"] = str(HERE)


def on_files(files, config):
    """Publish the evidence as data, too."""
    data = File.generated(config, "reference/evidence.json", content=show_evidence.as_json(config))
    files.append(data)


def on_page_markdown(markdown, page, config, files):
    """Turn marks into labels, outputs into panels, and say under each block where it ran."""
    is_notebook = page.file.src_path.endswith(".py")
    written.append((page, None if is_notebook else plain.markdown(markdown)))
    if page.file.src_path == EVIDENCE:
        return markdown + show_evidence.table(config, files)
    if page.is_homepage:
        markdown = markdown.replace(
            FIGURES, FIGURES.replace("><", f">{show_evidence.figures(config)}<")
        )
    sources = _Sources(config, page, markdown)
    markdown = explorer.fill(markdown, page)
    lines = markdown.splitlines()
    for block in reversed(fences.blocks(markdown)):  # from the last one up: the others stay
        below = [
            show_evidence.line(block, page, sources.of(block)),
            timelines.figure(block, sources.place(block)),
        ]
        lines[block.first - 1 : (block.output or block).end] = [
            _opening(block),
            *lines[block.line : block.end],
            *_output(block, lines),
            *(line for part in below if part for line in ("", block.indent + part, "")),
        ]
    return pictures.figures("\n".join(lines), page.file.src_path)


class _Sources:
    """Where the blocks of a page stand in the repository."""

    def __init__(self, config, page, markdown):
        self.root = config.extra.get("source")
        self.page = page.file.src_path
        text = Path(page.file.abs_src_path).read_text("utf-8")
        self.above = text[: max(text.find(markdown), 0)].count("\n")  # the front matter

    def place(self, block, separator=":"):
        """Return the page and the line of a block."""
        return f"docs/{self.page}{separator}{block.line + self.above}"

    def of(self, block):
        """Return the address of a block's line, or of its program; "" if there is none."""
        return self.root and f"{self.root}{block.program or self.place(block, '#L')}"


def _opening(block):
    """Return the first line of a fence, with a label of what the block needs."""
    needs = block.marks.get("needs") if block.runs else None
    if not needs:
        return f"{block.indent}{block.ticks}{block.info}"
    label = ", ".join(map(show_evidence.need, needs))
    return f'{block.indent}{block.ticks} {{ .{block.info} .needs title="{label}" }}'


def _output(block, lines):
    """Return the output of a block as a panel, or one tab for each that builds printed."""
    output = block.output
    if not output:
        return []
    opening = f'{output.ticks} {{ .text .output title="{_output_label(block)}" }}'
    groups = show_evidence.outputs(block)
    if len(groups) < 2:
        return ["", output.indent + opening, *lines[output.line : output.end]]
    tabs = [""]
    for names, printed in groups:
        inside = [opening, *printed.splitlines(), output.ticks]
        tabs += [f'=== "{names}"', "", *(f"    {line}" for line in inside), ""]
    return [f"{output.indent}{line}".rstrip() for line in tabs]


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
        html = _notebook(page, html, files)
    html = OPEN_OUTPUT.sub(FOLDED_OUTPUT, html)
    html = html.replace("<th></th>", "<td></td>")
    html = re.sub(r"(<table>[\s\S]*?</table>)", SCROLLING_TABLE, html)
    html = re.sub(r"# \((\d+)\)!(?=</span>)", r'<b class="note-number"># \1</b>', html)
    search = page.meta.get("search", {})
    if not search.get("exclude"):
        boost = search.get("boost", 1)
        sections = search_index.sections(html, page.meta.get("description", ""))
        searched.append([page.url, page.title, boost, sections])
    return html


def _notebook(page, html, files):
    """Return the content of a notebook page in the markup of every other page."""
    soup = BeautifulSoup(measuring.last_page(page.file, html), "html.parser")
    cells = [cell for cell in soup.select(".jp-Cell") if not cell.select_one(".jp-Cell")]
    return "\n".join(part for cell in cells for part in _cell(cell, page, files))


def _cell(cell, page, files):
    """Yield what a cell says or shows. Its own code only arranges that: programs measure."""
    text = cell.select_one(".jp-RenderedMarkdown")
    if text:
        for link in text.select("a[href]"):
            _resolve(link, page, files)
        for anchor in text.select("a.anchor-link"):
            anchor["class"] = "headerlink"
            anchor["title"] = "Link to this section"
        for pre in text.select(".highlight > pre"):
            code = BeautifulSoup("", "html.parser").new_tag("code")
            code.extend(list(pre.contents))
            pre.append(code)
        yield text.decode_contents()
        return
    for output in cell.select(".jp-OutputArea-output"):
        printed = output.find("pre")
        if printed and "jp-RenderedHTMLCommon" not in output["class"]:
            yield (
                '<div class="language-text output highlight"><span class="filename">Output'
                f"</span><pre><code>{printed.decode_contents()}</code></pre></div>"
            )
        else:
            yield output.decode_contents()


def _resolve(link, page, files):
    """Turn a link to a source file into a link to its page, which mkdocs-jupyter does not."""
    path, _, anchor = link["href"].partition("#")
    if not path.endswith((".md", ".py")) or ":" in path:
        return
    source = Path(page.file.src_path).parent / path
    target = files.get_file_from_path(str(_normal(source)))
    if target is None:
        raise PluginError(f"{_place(page.file.src_path, path)}: no page {path}")
    link["href"] = target.url_relative_to(page.file) + (anchor and f"#{anchor}")


def _normal(path):
    parts = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return Path(*parts)


def on_post_page(output, page, config):
    """Remove what mkdocs-jupyter puts on every page."""
    output = re.sub(
        r"<(script|style)\b[^>]*>(?:(?!</\1>)[\s\S])*?(?:jp-|jupyter|MathJax)[\s\S]*?</\1>",
        "",
        output,
    )
    return _corrected(output)


def on_post_template(output, template_name, config):
    """Correct the pages that have no Markdown."""
    return _corrected(output) if template_name.endswith(".html") else output


def _corrected(output):
    """Mend Material's markup: what HTML does not allow."""
    output = output.replace(' tabindex=""', "")
    output = re.sub(r'<input class="md-toggle" data-md-toggle="search"[^>]*>', "", output)
    return re.sub(r'(<input class="md-toggle[^>]*?) autocomplete="off"', r"\1", output)


def on_post_build(config):
    """Write what search, programs and downloads need; leave out what no page asks for."""
    shutil.rmtree(Path(config.site_dir, "assets/javascripts"))
    for unused in Path(config.site_dir).rglob("*.map"):
        unused.unlink()
    index = Path(config.site_dir, search_index.NAME)
    index.write_text(search_index.script(searched), "utf-8")
    plain.write(config, written)
    for program in (ROOT / "examples").rglob("*.py"):
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
    while error is not None and not isinstance(error, CellExecutionError | CellTimeoutError):
        error = error.__cause__ or error.__context__
    if error is None:
        return
    reason, cell, rest = re.split(r"\n-{18,}\n", str(error), maxsplit=2)
    if isinstance(error, CellExecutionError):
        reason = f"{error.ename}: {error.evalue}"
    else:
        reason = reason.partition("\n")[0]
        if cell.startswith("["):  # a long cell is shown as lists of its first and last lines
            cell = "\n".join(ast.literal_eval(cell.partition("\n...\n")[0]))
    for notebook in docs.rglob("measured/*.py"):
        text = notebook.read_text("utf-8")
        if cell in text:
            inside = re.findall(r"line (\d+)", rest)
            line = text[: text.index(cell)].count("\n") + int((inside or ["1"])[0])
            place = f"{notebook.relative_to(docs.parent)}:{line}"
            raise PluginError(f"{place}: {reason}") from None


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
