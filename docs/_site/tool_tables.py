"""The tables of docs/proved/tools.md, from the record of the measurements: made:tools/WHICH."""

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from statistics import median

import markup
import tool_record as record
from tool_record import BOUNDED, CERTIFIED, FALSE_ALARM, FALSE_CERTIFICATE, FOUND, MISSED, NONE

# What each says of a program that it does not break, by its own documentation.
CLAIMS = {
    "stress": "nothing: up to 1,000 rounds",
    "frontrun": "<code>property_holds</code>: orders of up to 2 preemptions",
    "frontrun-unbounded": "<code>property_holds</code>: all orders",
    "frontrun-random": "nothing: 200 random orders",
    "interleave-dfs": "<code>exhausted</code>: orders of up to 2 preemptions",
    "interleave-random": "nothing: 200 random orders",
    "orders": "all orders, or those of up to N preemptions that it had time for",
    "orders-switches": "all orders, or those of up to 2 preemptions",
}
NAMES = {
    "stress": "stress",
    "frontrun": "frontrun",
    "frontrun-unbounded": "frontrun unbounded",
    "frontrun-random": "frontrun random",
    "interleave-dfs": "interleave-test dfs",
    "interleave-random": "interleave-test random",
    "orders": "orders.py",
    "orders-switches": "orders.py, 2 switches",
}


@dataclass
class Tally:
    """How often which outcome came, of how many Bads, Fixeds, and in what time."""

    outcomes: Counter = field(default_factory=Counter)
    seconds: list = field(default_factory=list)
    of: Counter = field(default_factory=Counter)  # by class

    def add(self, kind, worth, seconds):
        self.outcomes[worth, kind] += 1
        self.of[kind] += 1
        self.seconds.append(seconds)

    def __getitem__(self, worth):
        return sum(count for (word, _), count in self.outcomes.items() if word == worth)

    def cells(self):
        """Return what HEAD names, as text."""
        missing = f"{self.outcomes[NONE, 'Bad']} + {self.outcomes[NONE, 'Fixed']}"
        return [
            f"{self[FOUND]}/{self.of['Bad']}",
            str(self[MISSED]),
            str(self[FALSE_CERTIFICATE]),
            f"{self[CERTIFIED]}/{self.of['Fixed']}",
            str(self[BOUNDED]),
            f"{self[FALSE_ALARM]}/{self.of['Fixed']}",
            missing,
            f"{median(self.seconds):.1f}",
        ]


HEAD = (
    "found",
    "missed",
    "false certificates",
    "fixes certified",
    "fixes within a bound",
    "false alarms",
    "no verdict",
    "median s",
)


def tallies(runs, key):
    """Return {key(tool, build, kind of race): Tally}; what has None for a key is left out."""
    found = {}
    for tool, build, _, race, kind, worth, seconds in record.outcomes(runs):
        where = key(tool, build, race)
        if where is not None:
            found.setdefault(where, Tally()).add(kind, worth, seconds)
    return found


def complete(runs):
    """Return {tool: its builds with a verdict on every program}, in the order of NAMES."""
    found, programs = {}, record.programs()
    for tool in NAMES:
        for name, build in runs:
            due = [program for program in programs if record.applies(program, build)]
            if name == tool and runs[name, build]["results"].keys() >= set(due):
                found.setdefault(tool, []).append(build)
    return found


def _first(runs):
    """Return {tool: the oldest build on which it has been measured}."""
    return {tool: builds[0] for tool, builds in complete(runs).items()}


def claims(runs):
    """Return what a tool claims of a program that it does not break."""
    return _table(["tool", "claims"], [[_name(tool), CLAIMS[tool]] for tool in _first(runs)])


def summary(runs):
    """Return a row for each tool, on the oldest build on which it has been measured."""
    first = _first(runs)
    all_of = tallies(runs, lambda tool, build, _: tool if first.get(tool) == build else None)
    rows = [
        [f"{_name(tool)} <small>{first[tool]}</small>", *_marked(all_of[tool])] for tool in first
    ]
    return _table(["tool", *HEAD], rows)


def builds(runs):
    every = complete(runs)
    found = tallies(runs, lambda tool, build, _: (tool, build) if tool in every else None)
    rows = [
        [f"{_name(tool)} <small>{build}</small>", *_marked(found[tool, build])]
        for tool in every
        for build in every[tool]
    ]
    return _table(["tool, build", *HEAD], rows)


def kinds(runs):
    """Return a row for each kind of race, a column for each tool: found, and what is false."""
    first = _first(runs)
    found = tallies(runs, lambda t, build, race: (race, t) if first.get(t) == build else None)
    rows = [[escape(race), *(_glance(found, race, tool) for tool in first)] for race in _races()]
    return _table(["kind of race", *map(_name, first)], rows)


def _glance(found, race, tool):
    tally = found.get((race, tool))
    if tally is None:
        return "–"
    cell = f"{tally[FOUND]}/{tally.of['Bad']}"
    if tally[FOUND] == tally.of["Bad"]:
        cell = f"<strong>{cell}</strong>"
    if tally[FALSE_CERTIFICATE]:
        cell += f'<br><span class="failed">{tally[FALSE_CERTIFICATE]} false</span>'
    if tally[FALSE_ALARM]:
        cell += f'<br><span class="failed">{tally[FALSE_ALARM]} alarm</span>'
    return cell


def details(runs):
    """Return a folded table for each tool: kind of race by outcome."""
    first = _first(runs)
    found = tallies(runs, lambda t, build, race: (race, t) if first.get(t) == build else None)
    parts = []
    for tool, build in first.items():
        rows = [
            [escape(race), *_marked(found[race, tool])]
            for race in _races()
            if (race, tool) in found
        ]
        table = _table(["kind of race", *HEAD], rows)
        title = f"{NAMES[tool]} on CPython {build}"
        parts.append(f"<details><summary>{escape(title)}</summary>{table}</details>")
    return "".join(parts)


def certified(runs):
    """Return the programs that a tool certifies though they are racy: one line a tool."""
    first = _first(runs)
    names = {}
    for tool, build, program, *_, worth, _ in record.outcomes(runs):
        if worth == FALSE_CERTIFICATE and first.get(tool) == build:
            names.setdefault(tool, []).append(program)
    items = "".join(
        f"<li><strong>{_name(tool)}</strong>, {len(names[tool])}: "
        + ", ".join(f"<code>{program}</code>" for program in names[tool])
        + "</li>"
        for tool in first
        if tool in names
    )
    return f"<ul>{items}</ul>" if items else "<p>No tool certified a racy program.</p>"


def about(runs):
    """Return versions, builds, dates and processor time of the measurements."""
    every = complete(runs)
    rows = []
    for tool, measured in every.items():
        of_tool = [runs[tool, build] for build in measured]
        rows.append(
            [
                _name(tool),
                escape(of_tool[0]["version"]),
                ", ".join(run["python"] + "t" * run["build"].endswith("t") for run in of_tool),
                max(run["date"] for run in of_tool),
                f"{sum(run['cpu'] for run in of_tool) / 60:.0f}",
            ]
        )
    return _table(["tool", "version", "CPython", "measured", "processor minutes"], rows)


def answer(runs):
    """Return the sentence that the page opens with."""
    first = _first(runs)
    all_of = tallies(runs, lambda tool, build, _: tool if first.get(tool) == build else None)
    best = max(first, key=lambda tool: all_of[tool][FOUND])
    sure = [
        tool for tool in first if all_of[tool][CERTIFIED] and not all_of[tool][FALSE_CERTIFICATE]
    ]
    worst = max(first, key=lambda tool: all_of[tool][FALSE_CERTIFICATE])
    text = (
        f"Of {len(record.programs())} racy programs, <strong>{NAMES[best]}</strong> breaks most: "
        f"{all_of[best][FOUND]} of {all_of[best].of['Bad']}. "
    )
    if "stress" in first:
        stress = all_of["stress"]
        text += f"Stress on CPython {first['stress']} breaks {stress[FOUND]}. "
    if false := all_of[worst][FALSE_CERTIFICATE]:
        text += f"<strong>{NAMES[worst]}</strong> certifies {false} that are racy. "
    if sure:
        most = max(sure, key=lambda tool: all_of[tool][CERTIFIED])
        text += (
            f"<strong>{NAMES[most]}</strong> certifies none of them, and "
            f"{all_of[most][CERTIFIED]} of {all_of[most].of['Fixed']} fixed ones, "
            f"{all_of[most][BOUNDED]} more within a bound of preemptions."
        )
    return f'<p class="answer">{text.strip()}</p>'


WHICH = {f.__name__: f for f in (answer, kinds, claims, summary, details, builds, certified, about)}


def made(request):
    """Return what made:tools/WHICH stands for, as one line of HTML."""
    if request.which not in WHICH:
        from mkdocs.exceptions import PluginError  # tests on other builds have no MkDocs

        known = ", ".join(WHICH)
        raise PluginError(f"{request.place}: no table tools/{request.which}; there are {known}")
    return WHICH[request.which](record.read()).replace("\n", " ")


def _races():
    return sorted({record.constant(name, "KIND") for name in record.programs()})


def _name(tool):
    return escape(NAMES[tool])


def _marked(tally):
    """Return the cells of a tally; what is false stands out."""
    cells = tally.cells()
    for place in HEAD.index("false certificates"), HEAD.index("false alarms"):
        if not cells[place].startswith("0"):
            cells[place] = f'<span class="failed">{cells[place]}</span>'
    return cells


def _table(head, rows):
    return f'<div class="evidence tools">{markup.table(head, rows)}</div>'
