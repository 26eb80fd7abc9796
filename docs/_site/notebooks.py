"""Notebook pages: their content in the markup of every other page, their errors with a line."""

import ast
import re
from pathlib import Path

from bs4 import BeautifulSoup
from mkdocs.exceptions import PluginError
from nbclient.exceptions import CellExecutionError, CellTimeoutError

import measuring


def page(page, html, files, place):
    """Return the content of a notebook page in the markup of every other page."""
    soup = BeautifulSoup(measuring.last_page(Path(page.file.abs_src_path), html), "html.parser")
    cells = [cell for cell in soup.select(".jp-Cell") if not cell.select_one(".jp-Cell")]
    return "\n".join(part for cell in cells for part in _cell(cell, page, files, place))


def _cell(cell, page, files, place):
    """Yield what a cell says or shows. Its own code only arranges that: programs measure."""
    text = cell.select_one(".jp-RenderedMarkdown")
    if text:
        for link in text.select("a[href]"):
            _resolve(link, page, files, place)
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


def _resolve(link, page, files, place):
    """Turn a link to a source file into a link to its page, which mkdocs-jupyter does not."""
    path, _, anchor = link["href"].partition("#")
    if not path.endswith((".md", ".py")) or ":" in path:
        return
    source = Path(page.file.src_path).parent / path
    target = files.get_file_from_path(str(_normal(source)))
    if target is None:
        raise PluginError(f"{place(page.file.src_path, path)}: no page {path}")
    link["href"] = target.url_relative_to(page.file) + (anchor and f"#{anchor}")


def _normal(path):
    parts = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return Path(*parts)


def explain(error, docs):
    """Raise an error with the line of the notebook cell that raised or took too long."""
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
