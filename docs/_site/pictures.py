"""Pictures in one language: threads are lanes, locks are gates, queues are belts.

A page shows docs/_site/pictures/NAME.txt with a line of its own, ![words](made:picture/NAME).
A line of the file is a lane, "name | cell | cell"; time runs to the right. A cell is
    =text  the thread runs          #text  it runs and holds a lock
    !text  what goes wrong          ?text  it waits for a lock, a thread or an item
    ~text  it waits for I/O         (nothing)  it is there, but does not run
    .      it does not exist        *3  a belt with three items      -  a gap between lanes
"""

import textwrap
from html import escape
from itertools import groupby
from pathlib import Path

from mkdocs.exceptions import PluginError

import drawing

FOLDER = Path(__file__).parent / "pictures"
KINDS = "=#!?~.*"
RUN, PRINTED, HOLD = list(drawing.SERIES)[:3]
FILL = {"=": RUN, "#": HOLD, "!": PRINTED}
CHARACTER, LINE, LANE, GAP = 7, 15, 46, 16  # the size of a text, and of lanes


class NoPicture(PluginError):
    """A page asks for a picture that cannot be drawn."""


def figure(request):
    """Return the picture that a page asks for, as one line of HTML."""
    path = FOLDER / f"{request.which}.txt"
    if not path.exists():
        raise NoPicture(f"{request.place}: no picture {path.name} in docs/_site/pictures")
    words = request.words
    return drawing.inline(draw(path.read_text("utf-8"), path.name), words, words)


def draw(text, place="picture"):
    """Return the lanes that `text` describes as SVG."""
    rows = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line]
    left = max((CHARACTER + 1) * len(name) + 5 * name.count("m") for name, *_ in rows) + 6  # bold
    step = (drawing.WIDTH - left) / max(len(row) - 1 for row in rows)
    parts, y = [], 0
    for number, (name, *cells) in enumerate(rows, 1):
        if name == "-":
            y += GAP
            continue
        parts.append(_text(0, y + 28, name, 'font-weight="600"'))
        column = 0
        for cell, same in groupby(cells):  # equal cells side by side are one
            if cell and cell[0] not in KINDS:
                raise NoPicture(f"{place}:{number}: {cell!r} does not begin with one of {KINDS}")
            wide = len([*same]) * step
            lines = textwrap.wrap(cell[1:], int((wide - 2) / CHARACTER), break_long_words=False)
            if len(lines) > 2 or any(len(line) > wide / CHARACTER for line in lines):
                raise NoPicture(f"{place}:{number}: {cell!r} does not fit into its cell")
            parts.append(_cell(left + column, y, wide, cell[:1], lines))
            column += wide
        y += LANE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.WIDTH} {y}" '
        f'font-size="{drawing.FONT}" fill="{drawing.INK}">{"".join(parts)}</svg>'
    )


def _cell(x, y, width, kind, lines):
    middle = y + 23.5
    if kind == ".":
        return ""
    if kind == "*":
        return _belt(x, middle, width, int("".join(lines) or 0))
    if kind in FILL and kind:
        return (
            f'<rect x="{x + 1:.0f}" y="{y + 6}" width="{width - 2:.0f}" height="35" rx="4" '
            f'fill="{FILL[kind]}"/>'
            + _centered(x, middle + 4.5, width, lines, 'fill="var(--paper, #fff)"')
        )
    dash = {"?": ' stroke-dasharray="2 5"', "~": ' stroke-dasharray="9 4"'}.get(kind, "")
    below = 36 if len(lines) > 1 else 24  # the line; its words stand on it
    line = (
        f'<path d="M{x:.0f} {y + below}h{width:.0f}" fill="none" stroke="{drawing.INK}" '
        f'stroke-opacity=".55" stroke-width="{2 if kind else 1}"{dash}/>'
    )
    return line + _centered(x, y + below - 6 - LINE * (len(lines) - 1) / 2, width, lines)


def _belt(x, middle, width, items):
    boxes = "".join(
        f'<rect x="{x + 4 + 13 * number:.0f}" y="{middle - 7}" width="10" height="13" rx="2" '
        f'fill="{PRINTED}"/>'
        for number in range(items)
    )
    return (
        f'<path d="M{x:.0f} {middle - 11}h{width:.0f}M{x:.0f} {middle + 10}h{width:.0f}" '
        f'fill="none" stroke="{drawing.INK}" stroke-width="1.5"/>{boxes}'
    )


def _centered(x, y, width, lines, more=""):
    first = y - LINE * (len(lines) - 1) / 2
    return "".join(
        _text(x + width / 2, first + LINE * number, line, f'text-anchor="middle" {more}')
        for number, line in enumerate(lines)
    )


def _text(x, y, text, more):
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escape(text)}</text>'
