"""The interleaving explorer: what its script shows, and the table that stands for it in print.

Both come from a run of examples/proved/interleavings.py at build.
"""

import json
import subprocess
import sys
from functools import cache
from html import escape
from pathlib import Path

from mkdocs.exceptions import PluginError

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "examples/proved/interleavings.py"
PAGE = "proved/races.md"
SLOT = '<div id="explorer"></div>'
DEADLINE = 100  # seconds for the program


@cache
def explored():
    """Return what the program prints on the interpreter that builds the site."""
    command = [sys.executable, PROGRAM, "--json"]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        raise PluginError(f"{PROGRAM}: not done after {DEADLINE} seconds") from None
    if run.returncode:
        raise PluginError(f"{PROGRAM}: ended with status {run.returncode}\n{run.stderr}")
    return json.loads(run.stdout)


def fill(markdown, page):
    """Put the explorer into its slot on its page."""
    if page.file.src_path != PAGE:
        return markdown
    if SLOT not in markdown:
        raise PluginError(f"docs/{PAGE}: no line {SLOT} for the explorer")
    return markdown.replace(SLOT, _table() + _data())


def _table():
    found = explored()
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{row["thread"]}</td>'
        f"<td><code>{escape(row['text'])}</code></td>"
        f"<td><code>[{escape(', '.join(row['stack']))}]</code></td><td>{row['counter']}</td></tr>"
        for number, row in enumerate(found["found"]["rows"], 1)
    )
    heads = ("Step", "Thread", "Instruction", "Its stack then", "counter then")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        '<div id="explorer" class="explorer"></div>'
        '<div class="explorer-table"><table>'
        "<caption>An order that loses an update, found by the search and run by two threads "
        f"of CPython {escape(found['python'])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _data():
    text = json.dumps(explored(), separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="explorer-data">{text}</script>'
