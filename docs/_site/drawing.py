"""Drawings as part of a page: in its fonts and colors, which differ in light and dark."""

import re
from html import escape

# Drawn in these, then replaced by the page's own.
INK = "#010203"
SERIES = {
    "#0b7a75": "--series-1",
    "#c2621b": "--series-2",
    "#5b4fb5": "--series-3",
    "#8a6d1d": "--series-4",
    "#b03a6b": "--series-5",
    "#4a6785": "--series-6",
}


def inline(svg, alt, caption=""):
    """Return an SVG file as a figure of the page, with `alt` as its text, on one line."""
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    # Styles of an inline drawing would reach the whole page.
    svg = re.sub(r"<(style|metadata)\b[\s\S]*?</\1>", "", svg)
    # Names that every plot has would stand twice in a page.
    svg = re.sub(r' id="(?:[\w.]+_\d+)"', "", svg)
    for color, name in SERIES.items():
        svg = svg.replace(color, f"var({name}, {color})")
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
    caption = caption and f"<figcaption>{escape(caption)}</figcaption>"
    return f'<figure class="plot" tabindex="0">{svg}{caption}</figure>'.replace("\n", " ")
