"""What the notebooks in docs/measured show: sentences, tables and plots, from measured values.

Matplotlib draws; its SVG is put inline, in the page's own fonts and colors, which differ
in light and dark.
"""

import io
import re
from html import escape
from pathlib import Path
from statistics import median

import matplotlib
from IPython.display import HTML
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import drawing
from drawing import INK, SERIES

matplotlib.use("svg")
import matplotlib.pyplot as plt

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

COLORS = list(SERIES)
MARKERS = "osD^vP"


def say(sentence):
    """Return the answer that a page opens with; **this** is bold, `this` is code."""
    return HTML(f'<p class="answer">{_inline(sentence)}</p>')


def text(sentence):
    """Return a paragraph that holds values of the run."""
    return HTML(f"<p>{_inline(sentence)}</p>")


def about(runs):
    """Return which builds measured, where and when, as a table."""
    rows = [
        [
            name,
            run["version"],
            "free-threaded build" if run["free_threaded"] else "default build (GIL)",
            run["cores"],
            run["repetitions"],
            run["measured_at"],
        ]
        for name, run in runs.items()
    ]
    return table(["build", "CPython", "kind", "cores", "repetitions", "measured"], rows)


def table(head, rows):
    """Return an HTML table; the first cell of each row is its heading."""
    columns = "".join(f'<th scope="col">{_inline(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{_inline(first)}</th>'
        + "".join(f"<td>{_inline(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return HTML(
        '<div class="md-typeset__scrollwrap"><div class="md-typeset__table"><table><thead><tr>'
        f"{columns}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def program(path):
    """Return the source of examples/`path` as the page shows any program."""
    source = (EXAMPLES / path).read_text("utf-8")
    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return HTML(
        '<div class="language-python highlight">'
        f'<span class="filename">examples/{path}</span><pre><code>{code}</code></pre></div>'
    )


def times(value):
    """Return a ratio in words: "about 1.8 times"."""
    return f"about {value:.1f} times"


def amount(value, unit="s"):
    """Return a value with three digits and the prefix that fits: 0.0000016 is "1.6 µs"."""
    for factor, prefix in (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"):
        if value >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value / 1e-9:.3g} n{unit}"


def spread(values):
    """Return the median and the range of repeated measurements, in words."""
    return f"{amount(median(values))} ({amount(min(values))} to {amount(max(values))})"


def bars(values, *, unit, alt, digits=1, log=False):
    """Draw a horizontal bar at the median of each {label: [value, …]}, a line over its range."""
    fig, axes = plt.subplots(figsize=(6.4, 0.5 + 0.42 * len(values)))
    labels = list(values)[::-1]
    for position, label in enumerate(labels):
        found = values[label]
        axes.barh(position, median(found), 0.62, color=COLORS[0])
        axes.plot([min(found), max(found)], [position, position], color=INK, linewidth=1.2)
        axes.annotate(
            amount(median(found)) if unit == "s" else f"{median(found):,.{digits}f}{unit}",
            (max(found), position),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    axes.set_yticks(range(len(labels)), labels)
    highest = max(map(max, values.values())) or 1
    if log:
        axes.set_xscale("log")
        axes.set_xlim(min(map(min, values.values())) / 2, 12 * highest)
    else:
        axes.set_xlim(0, 1.25 * highest)
    axes.xaxis.set_visible(False)
    axes.minorticks_off()
    _plain(axes, "left")
    return svg(fig, alt)


def lines(series, *, x, y, alt, ideal=False, log_y=False):
    """Draw {label: {x: [value, …]}} as lines through the medians, with the range at each point.

    `x` and `y` name the axes. With `ideal`, a dashed line shows y = x.
    """
    fig, axes = plt.subplots(figsize=(6.4, 3.4))
    ticks = sorted({point for points in series.values() for point in points})
    if ideal:
        axes.plot(ticks, ticks, color=INK, linewidth=1, linestyle=(0, (4, 3)), label="ideal")
    for (label, points), color, marker in zip(series.items(), COLORS, MARKERS, strict=False):
        middle = [median(points[at]) for at in points]
        axes.plot(list(points), middle, color=color, marker=marker, linewidth=1.8, label=label)
        for at, found in points.items():
            axes.plot([at, at], [min(found), max(found)], color=color, linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    if log_y:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.grid(axis="y", color=INK, alpha=0.15, linewidth=0.8)
    _plain(axes, "left", "bottom")
    axes.legend(frameon=False, labelcolor=INK, fontsize=9.5)
    return svg(fig, alt)


def _plain(axes, *kept):
    axes.tick_params(which="both", length=0, colors=INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in kept)
        spine.set_color(INK)


def svg(fig, alt):
    """Return the figure as inline SVG in the page's colors and fonts, with `alt` as its text."""
    buffer = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt, "font.size": 10.5}):
        fig.savefig(
            buffer, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
        )
    plt.close(fig)
    return HTML(drawing.inline(buffer.getvalue(), alt))


def _inline(text):
    text = escape(str(text), quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)
