"""Drawings as part of a page: in its fonts and colors, which differ in light and dark."""

import re
from html import escape

WIDTH, FONT = 420, 13  # on a phone, where a figure is 360 pixels wide, a text is 11 pixels high

# Drawn in these, then replaced by the page's own.
INK = "#010203"
SERIES = {
    "#0b7a75": "--series-1",
    "#c2621b": "--series-2",
    "#5b4fb5": "--series-3",
    "#4a1010": "--series-4",
    "#b03a6b": "--series-5",
    "#4a6785": "--series-6",
}


def inline(svg, alt, caption="", more=""):
    """Return an SVG file as a figure of the page, with `alt` as its text, on one line.

    Its caption stands below it, and in that, at the end, what `more` is, in HTML.
    """
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    # Styles of an inline drawing would reach the whole page.
    svg = re.sub(r"<(style|metadata)\b[\s\S]*?</\1>", "", svg)
    # Names that every plot has would stand twice in a page.
    svg = re.sub(r' id="(?:[\w.]+_\d+)"', "", svg)
    for color, name in SERIES.items():
        svg = svg.replace(color, f"var({name}, {color})")
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
    if caption:
        caption = f"<figcaption><p>{escape(caption)}</p>{more}</figcaption>"
    return f'<figure class="plot" tabindex="0">{svg}{caption}</figure>'.replace("\n", " ")
