"""What the notebooks in docs/measured share: measuring by program, and drawing.

A notebook measures nothing itself. It runs a program of examples/measured in a fresh
interpreter, so that no kernel is in the way and a reader can run the same program.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import matplotlib
from IPython.display import HTML
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

matplotlib.use("svg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).parent.parent.parent
RECORDS = ROOT / ".cache" / "measured"
DEADLINE = 100  # seconds for one program

# Drawn in these, then replaced by the page's own, which differ in light and dark.
INK = "#010203"
SERIES = {
    "#0b7a75": "--series-1",
    "#c2621b": "--series-2",
    "#5b4fb5": "--series-3",
    "#8a6d1d": "--series-4",
}


def measured(program):
    """Run `program` (a path below examples/) and return the JSON object that it prints.

    With MEASURED=reuse in the environment, the last record of the same program on the
    same interpreter is returned instead, if there is one. Either way "measured_at" holds
    the time of the measurement, in UTC. Raises CalledProcessError or TimeoutExpired.
    """
    path = ROOT / "examples" / program
    key = hashlib.sha256(path.read_bytes() + sys.version.encode()).hexdigest()[:12]
    record = RECORDS / f"{path.stem}-{key}.json"
    if not (os.environ.get("MEASURED") == "reuse" and record.exists()):
        run = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, timeout=DEADLINE
        )
        sys.stderr.write(run.stderr)
        run.check_returncode()
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        RECORDS.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(json.loads(run.stdout) | {"measured_at": now}))
    return json.loads(record.read_text())


def program(path):
    """Return the source of examples/`path` as the page shows any program."""
    source = (ROOT / "examples" / path).read_text("utf-8")
    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return HTML(
        '<div class="language-python highlight">'
        f'<span class="filename">examples/{path}</span><pre><code>{code}</code></pre></div>'
    )


def bars(values, spread, *, unit, alt):
    """Draw one horizontal bar for each {label: value}, with {label: (low, high)} as its spread."""
    fig, axes = plt.subplots(figsize=(6.4, 0.5 + 0.42 * len(values)))
    labels = list(values)[::-1]
    colors = list(SERIES)
    for position, label in enumerate(labels):
        value, (low, high) = values[label], spread[label]
        axes.barh(position, value, 0.62, color=colors[(len(labels) - 1 - position) % len(colors)])
        axes.plot([low, high], [position, position], color=INK, linewidth=1.2)
        axes.annotate(
            f"{value:.1f}{unit}",
            (max(value, high), position),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlim(0, 1.18 * max(high for _, high in spread.values()))
    axes.xaxis.set_visible(False)
    axes.tick_params(length=0, colors=INK)
    for side in "top", "right", "bottom":
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(INK)
    return svg(fig, alt)


def svg(fig, alt):
    """Return the figure as inline SVG in the page's colors and fonts, with `alt` as its text."""
    buffer = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt, "font.size": 10.5}):
        fig.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    plt.close(fig)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :].replace(INK, "currentColor")
    # Styles of an inline drawing would reach the whole page.
    drawing = re.sub(r"<style[\s\S]*?</style>", "", drawing)
    for color, name in SERIES.items():
        drawing = drawing.replace(color, f"var({name}, {color})")
    label = f'<svg role="img" aria-label="{escape(alt)}"'
    return HTML(f'<figure class="plot">{drawing.replace("<svg", label, 1)}</figure>')
