"""The explorers: ![words](made:explorer/NAME) shows one, with a table of it for print.

What its script shows lies in a file of its own, assets/explorers/NAME.js, that is loaded when it
comes into sight; a page that is opened as a file may load scripts and nothing else.
"""

import json
from html import escape

from mkdocs.structure.files import File
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import counted
import graphs
import measuring

COUNTER = "counter"
VERSIONS = {"bad": "Bad", "fixed": "Fixed"}
LABELS = counted.VERSIONS | VERSIONS


def figure(request):
    """Return the place of an explorer, and what stands for it where no script runs."""
    name = request.which
    if name not in (COUNTER, *graphs.names()):
        known = ", ".join([COUNTER, *graphs.names()])
        raise graphs.NotRecorded(f"{request.place}: no explorer {name!r}; there are {known}")
    builds = counted.builds() if name == COUNTER else [_race(name)]
    if not builds:
        return measuring.NOT_MEASURED.replace("\n", "")
    address = f"assets/explorers/{name}.js"
    request.files.append(File.generated(request.config, address, content=script(name, builds)))
    words = escape(request.words)
    return (
        f'<div class="explorer" id="explore-{name}" data-explorer="{name}" data-words="{words}">'
        f"</div>{_still(name, *builds[-1])}"
    )


def _race(name):
    found = {version: graphs.recorded(name, version) for version in VERSIONS}
    return f"CPython {found['bad'].python}", found["bad"].python, found


def script(name, builds):
    """Return the script that hands an explorer its graphs."""
    data = [
        {"names": names, "versions": [_packed(version, graph) for version, graph in found.items()]}
        for names, _, found in builds
    ]
    text = json.dumps(data, separators=(",", ":"))
    return f'(window.explorers??={{}})["{name}"]={text}\n'


def _packed(version, graph):
    """Return a graph as numbers: texts once, and of each state one row.

    A row has a text for each variable, four numbers for each thread (line, its variables, what it
    does, what it holds), and the fault; texts are numbers in "texts", -1 is none.
    """
    texts = {}

    def number(text):
        return -1 if text is None else texts.setdefault(text, len(texts))

    rows = []
    for state in graph.states:
        row = [number(state["variables"].get(name, "")) for name in graph.variables]
        absent = [[0, "", "has not begun", ""]] * (len(graph.threads) - len(state["threads"]))
        for line, *words in state["threads"] + absent:
            row += [line, *map(number, words)]
        rows.append([*row, number(state["fault"])])
    threads = range(len(graph.threads))
    steps = [[graph.next(number).get(one, -1) for one in threads] for number in range(len(rows))]
    return {
        "version": version,
        "label": LABELS[version],
        "lines": graph.source,
        "html": _highlighted(graph.source) if version in VERSIONS else [],
        "threads": graph.threads,
        "variables": graph.variables,
        "texts": list(texts),
        "states": rows,
        "next": steps,
    }


def _highlighted(source):
    formatted = highlight("\n".join(source), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return formatted.removesuffix("\n").split("\n")


def _still(name, _, python, found):
    """Return the programs, and a table of an order that breaks the first one."""
    bad, fixed = found.values()
    parts = ['<div class="explorer-table">']
    if name != COUNTER:
        parts.append(_program(bad))
    parts.append(_table(bad, python))
    parts.append(f"<p>{_verdict(LABELS[next(iter(found))], bad)}</p>")
    if name != COUNTER:
        parts.append(_program(fixed))
    parts.append(f"<p>{_verdict(LABELS[list(found)[1]], fixed)}</p></div>")
    return "".join(parts)


def _verdict(label, graph):
    every, broken = graph.orders[0]
    told = f"{escape(label)}: {len(graph.states):,} states, {every:,} orders. "
    if not broken:
        return told + "None breaks."
    return told + f"{broken:,} break; the fewest switches that do it: {graph.fewest[0]}."


def _program(graph):
    lines = "".join(
        f"{number:2} {line}\n".replace("\n", "&#10;")
        for number, line in enumerate(_highlighted(graph.source), 1)
    )
    return f'<div class="highlight"><pre><code>{lines}</code></pre></div>'


def _table(graph, python):
    order = graph.fewest[1]
    states = [graph.states[number] for number in graph.follow(order)]
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{graph.threads[thread]}</td>'
        f"<td>{_line(graph, before, thread)}</td><td>{_then(after, thread)}</td></tr>"
        for number, (thread, before, after) in enumerate(
            zip(order, states, states[1:], strict=False), 1
        )
    )
    heads = "".join(f'<th scope="col">{n}</th>' for n in ("Step", "Thread", "Line", "Then"))
    return (
        f"<table><caption>An order that breaks it, as threads ran it on CPython {escape(python)}. "
        f"It ends so: {escape(states[-1]['fault'])}.</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _line(graph, state, thread):
    line = state["threads"][thread][0] if thread < len(state["threads"]) else 0
    return f"{line} <code>{escape(graph.source[line - 1].strip())}</code>" if line else "goes on"


def _then(state, thread):
    _, told, does, _ = state["threads"][thread]
    shared = [f"<code>{escape(f'{name} = {v}')}</code>" for name, v in state["variables"].items()]
    own = [f"<code>{escape(told)}</code>"] * bool(told)
    return ", ".join([*shared, *own, *[escape(does)] * bool(does)])
