"""What is made at build: one notation on a page, and one table of what makes it.

A page asks for it with a line of its own, ![words](made:NAME) or ![words](made:NAME/WHICH).
The words stand for it where it cannot be seen. A maker returns one line of HTML, so that
every other line of the page keeps its number.
"""

import re
from dataclasses import dataclass

from mkdocs.exceptions import PluginError

import after
import api
import dump_reader
import explorer
import kit
import pictures
import practise
import show_evidence
import thread_safety
import timelines
import tool_tables
import version
import wild
from engine import fences

LINE = re.compile(
    r"^(?P<indent> *)!\[(?P<words>[^\]]+)\]\(made:(?P<name>[\w-]+)(?:/(?P<which>[\w-]+))?\)$",
    re.MULTILINE,
)
MAKERS = {
    "after": after.line,
    "api": api.made,
    "changes": version.changes,
    "counts": show_evidence.counts,
    "dump-box": dump_reader.box,
    "dump-rules": dump_reader.download,
    "evidence": show_evidence.table,
    "explorer": explorer.figure,
    "kit": kit.made,
    "picture": pictures.figure,
    "practise": practise.made,
    "program": show_evidence.program,
    "thread-safety": thread_safety.made,
    "timeline": timelines.figure,
    "tools": tool_tables.made,
    "wild": wild.made,
}


class NotMade(PluginError):
    """A page asks for what cannot be made; the message has its page and line."""


@dataclass
class Request:
    """What a page asks for, and where."""

    words: str
    which: str | None
    place: str  # "docs/page.md:line"
    block: "fences.Fence | None"  # the last one above
    page: object
    config: object
    files: object


def fill(markdown, page, config, files, place):
    """Return the Markdown of a page with everything made; `place` gives a line its place."""
    blocks = fences.blocks(markdown)

    def make(match):
        line = markdown[: match.start()].count("\n") + 1
        if match["name"] not in MAKERS:
            known = ", ".join(MAKERS)
            raise NotMade(f"{place(line)}: nothing makes {match['name']!r}; there are {known}")
        above = [block for block in blocks if block.end < line]
        request = Request(
            match["words"],
            match["which"],
            place(line),
            above[-1] if above else None,
            page,
            config,
            files,
        )
        return match["indent"] + MAKERS[match["name"]](request)

    filled = LINE.sub(make, markdown)
    if "](made:" in filled:
        line = filled[: filled.index("](made:")].count("\n") + 1
        raise NotMade(f"{place(line)}: stands on a line of its own: ![words](made:NAME)")
    return filled
