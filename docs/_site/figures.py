"""What the notebooks in docs/measured show: sentences, tables and plots, from measured values.

Matplotlib draws; its SVG is put inline, in the page's own fonts and colors, which differ
in light and dark.
"""

import io
from pathlib import Path
from statistics import median

import matplotlib
from IPython.display import HTML
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import drawing
import markup
from drawing import INK, SERIES
from markup import inline

matplotlib.use("svg")
import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

matplotlib.rcParams["font.size"] = drawing.FONT

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

COLORS = list(SERIES)
MARKERS = "osD^vP"
DASHES = (0, (4, 3))
WIDTH, ROW = drawing.WIDTH / 72, 0.55  # of a figure and of a bar with its label, in inches


def say(sentence):
    """Return the answer that a page opens with; **this** is bold, `this` is code."""
    return HTML(f'<p class="answer">{inline(sentence)}</p>')


def text(sentence):
    """Return a paragraph that holds values of the run."""
    return HTML(f"<p>{inline(sentence)}</p>")


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
    rows = [map(inline, row) for row in rows]
    return HTML(
        '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
        f"{markup.table(map(inline, head), rows)}</div></div>"
    )


def program(path):
    """Return the source of examples/`path` as the page shows any program."""
    source = (EXAMPLES / path).read_text("utf-8")
    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return HTML(
        '<div class="language-python highlight">'
        f'<span class="filename">examples/{path}</span><pre><code>{code}</code></pre></div>'
    )


def times(ratios):
    """Return the median of ratios in words, with their range where it is wide.

    "about 1.8 times", or on a busy machine "about 1.0 times (0.6 to 1.7)".
    """
    middle = median(ratios)
    low, high = min(ratios), max(ratios)
    wide = f" ({low:.1f} to {high:.1f})" if high - low > middle / 3 else ""
    return f"about {middle:.1f} times{wide}"


def amount(value, unit="s"):
    """Return a value with three digits and the prefix that fits: 0.0000016 is "1.6 µs"."""
    for factor, prefix in (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"):
        if value >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value / 1e-9:.3g} n{unit}"


def spread(values):
    """Return the median and the range of repeated measurements, in words."""
    return f"{amount(median(values))} ({amount(min(values))} to {amount(max(values))})"


def bars(values, *, says, alt, unit, digits=1, log=False, cores=None):
    """Draw a horizontal bar at the median of each {label: [value, …]}, a line over its range.

    `says` is what the figure shows, `cores` the limit of what a machine with so many can do.
    """

    def words(value):
        return amount(value) if unit == "s" else f"{value:,.{digits}f}{unit}"

    top = 0.75 if cores else 0.55
    fig = plt.figure(figsize=(WIDTH, ROW * (len(values) - 0.5 + top)))
    axes = fig.add_axes((0.005, 0, 0.99, 1))
    for position, (label, found) in enumerate(values.items()):
        axes.barh(position + 0.18, median(found), 0.4, color=COLORS[0])
        axes.plot([min(found), max(found)], [position + 0.18] * 2, color=INK, linewidth=1.2)
        place = {"va": "center", "color": INK, "textcoords": "offset points"}
        axes.annotate(
            label, (0, position - 0.27), (2, 0), xycoords=axes.get_yaxis_transform(), **place
        )
        axes.annotate(words(median(found)), (max(found), position + 0.18), (6, 0), **place)
    axes.set_ylim(len(values) - 0.5, -top)
    highest = max(map(max, values.values())) or 1
    if log:
        axes.set_xscale("log")
        axes.set_xlim(min(map(min, values.values())) / 2, 20 * highest)
    else:
        axes.set_xlim(0, 1.3 * max(highest, cores or 0))
    if cores:
        axes.axvline(cores, color=INK, linestyle=DASHES, linewidth=1)
        place = {"va": "top", "color": INK, "textcoords": "offset points"}
        axes.annotate(f"{cores} cores", (cores, -top), (5, -2), **place)
    axes.xaxis.set_visible(False)
    axes.set_yticks([])
    axes.minorticks_off()
    _plain(axes, "left")
    rows = [[label, *map(words, (median(v), min(v), max(v)))] for label, v in values.items()]
    return svg(fig, alt, says, table(["", "median", "least", "most"], rows))


def lines(series, *, x, y, says, alt, ideal=False, log_y=False, cores=None):
    """Draw {label: {x: [value, …]}} as lines through the medians, with the range at each point.

    `x` and `y` name the axes, `says` is what the figure shows. With `ideal`, a dotted line shows
    y = x; `cores` is the limit of what a machine with so many can do.
    """
    fig, axes = plt.subplots(figsize=(WIDTH, 0.75 * WIDTH), layout="constrained")
    ticks = sorted({point for points in series.values() for point in points})
    if ideal:
        axes.plot(ticks, ticks, color=INK, linewidth=1.2, linestyle=":", label="ideal")
    for (label, points), color, marker in zip(series.items(), COLORS, MARKERS, strict=False):
        middle = [median(points[at]) for at in points]
        axes.plot(list(points), middle, color=color, marker=marker, linewidth=1.8, label=label)
        for at, found in points.items():
            axes.plot([at, at], [min(found), max(found)], color=color, linewidth=1.2)
    if cores:
        axes.axhline(cores, color=INK, linestyle=DASHES, linewidth=1, label=f"{cores} cores")
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    if log_y:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.grid(axis="y", color=INK, alpha=0.15, linewidth=0.8)
    _plain(axes, "left", "bottom")
    fig.legend(
        loc="outside upper left",
        ncols=2,
        frameon=False,
        labelcolor=INK,
        handlelength=1.6,
        columnspacing=1.2,
        borderpad=0,
    )
    rows = [
        [label, *(_range(points[at]) if at in points else "–" for at in ticks)]
        for label, points in series.items()
    ]
    return svg(fig, alt, says, table([f"{y}, by {x}", *map("{:g}".format, ticks)], rows))


def _range(values):
    least, middle, most = (f"{value:.3g}" for value in (min(values), median(values), max(values)))
    return middle if least == most else f"{middle} ({least} to {most})"


def _plain(axes, *kept):
    axes.tick_params(which="both", length=0, colors=INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in kept)
        spine.set_color(INK)


def svg(fig, alt, says, values):
    """Return the figure in the page's colors and fonts: what it says, and its values, below it."""
    buffer = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt}):
        fig.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    plt.close(fig)
    folded = f"<details><summary>The values as a table</summary>{values.data}</details>"
    return HTML(drawing.inline(buffer.getvalue(), alt, says, folded))
