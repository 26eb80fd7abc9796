"""The graphs of docs/_site/races: recorded by running the programs, run once more, kept, asked.

A graph is what recorder.explore() returns, in .cache/races until its program, the recorder or the
Python changes.
"""

import collections
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from mkdocs.exceptions import PluginError

from engine import ROOT

HERE = Path(__file__).parent
RACES = HERE / "races"
RECORDS = ROOT / ".cache" / "races"
RECORDER = [
    HERE / f"{name}.py" for name in ("recorder", "recorded_state", "held_threads", "graphs")
]
VERSIONS = ("bad", "fixed")
NAMES = "ABCDEFGH"
DEADLINE = 100  # seconds for one program


class NotRecorded(PluginError):
    """A race has no graph, or one that its threads do not follow."""


@dataclass
class Graph:
    """The states of one program, by number; 0 is the one before the first step."""

    source: list
    python: str
    states: list

    @cached_property
    def threads(self):
        """Return the letters of the threads; pools start some of them on the way."""
        return NAMES[: max(len(state["threads"]) for state in self.states)]

    @cached_property
    def variables(self):
        return list(self.states[0]["variables"])

    def next(self, state):
        """Return {thread: state} of the steps that can be taken."""
        return {int(thread): after for thread, after in self.states[state]["next"].items()}

    def breaks(self, state):
        return bool(self.states[state]["fault"])

    @cached_property
    def orders(self):
        """Return {state: (orders that lead on from it, how many of them break)}."""
        counts, open_ = {}, set()
        todo = [0]
        while todo:
            state = todo[-1]
            after = self.next(state).values()
            if state in counts:
                todo.pop()
            elif missing := [one for one in after if one not in counts]:
                if state in open_:
                    raise NotRecorded("an order that comes back to a state never ends")
                open_.add(state)
                todo += missing
            else:
                pairs = [counts[one] for one in after] or [(1, int(self.breaks(state)))]
                counts[state] = tuple(map(sum, zip(*pairs, strict=True)))
                todo.pop()
        return counts

    @cached_property
    def fewest(self):
        """Return (switches, order): the fewest changes of turn that break the program, or None."""
        ways, known = collections.deque([(0, 0, ())]), set()
        while ways:
            switches, state, order = ways.popleft()
            if self.breaks(state):
                return switches, order
            if (state, order[-1:]) in known:
                continue
            known.add((state, order[-1:]))
            for thread, after in self.next(state).items():
                stays = order[-1:] in ((), (thread,))
                way = switches + (not stays), after, (*order, thread)
                ways.appendleft(way) if stays else ways.append(way)
        return None

    def follow(self, order):
        """Return the numbers of the states of an order, with the one before its first step."""
        states = [0]
        for thread in order:
            states.append(self.next(states[-1])[thread])
        return states

    def through_every_step(self):
        """Return orders to an end each that together take every step of the graph."""
        to, found, taken = {0: ()}, [], set()
        todo = collections.deque([0])
        while todo:
            state = todo.popleft()
            for thread, after in self.next(state).items():
                if after not in to:
                    to[after] = (*to[state], thread)
                    todo.append(after)
        for first in sorted(to, key=lambda one: len(to[one])):
            for thread in self.next(first):
                if (first, thread) in taken:
                    continue
                order, state, step = to[first], first, thread
                while step is not None:
                    taken.add((state, step))
                    order, state = (*order, step), self.next(state)[step]
                    able = self.next(state)
                    fresh = [one for one in able if (state, one) not in taken]
                    step = next(iter(fresh or able), None)
                found.append(order)
        return found


def names():
    """Return the names of all races."""
    return sorted(path.name for path in RACES.iterdir())


@cache
def recorded(name, version):
    """Return the Graph of a race; record it, and check it, if that has not been done."""
    program = RACES / name / f"{version}.py"
    parts = [sys.version, *(path.read_text("utf-8") for path in [*RECORDER, program])]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    record = RECORDS / f"{name}-{version}-{key}.json"
    if not record.exists():
        graph = Graph(**run(program, []))
        check(graph, program)
        RECORDS.mkdir(parents=True, exist_ok=True)
        for old in RECORDS.glob(f"{name}-{version}-*.json"):
            old.unlink()
        record.write_text(json.dumps(vars_of(graph), separators=(",", ":")), "utf-8")
    return Graph(**json.loads(record.read_text("utf-8")))


def vars_of(graph):
    return {"source": graph.source, "python": graph.python, "states": graph.states}


def check(graph, program):
    """Let threads take every step of the graph, by other ways; raise NotRecorded if one differs."""
    if graph.source != program.read_text("utf-8").splitlines():
        raise NotRecorded(f"{program.name}: the graph is of another program")
    graph.orders  # noqa: B018 - raises where an order never ends
    orders = graph.through_every_step()
    for order, ran in zip(orders, run(program, orders), strict=True):
        for number, (state, seen) in enumerate(zip(graph.follow(order), ran, strict=True)):
            told = {name: graph.states[state][name] for name in seen}
            if told != seen:
                spelled = "".join(NAMES[thread] for thread in order[:number])
                raise NotRecorded(
                    f"{program.parent.name}/{program.name}: after {spelled or 'no step'} the graph "
                    f"has {told}, but threads came to {seen}"
                )


def run(program, orders):
    """Return what recorder.py prints about a program."""
    place = f"{program.parent.name}/{program.name}"
    try:
        ran = subprocess.run(
            [sys.executable, HERE / "recorder.py", program],
            input=json.dumps(orders),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
    except subprocess.TimeoutExpired:
        raise NotRecorded(f"{place}: not recorded after {DEADLINE} seconds") from None
    if ran.returncode or ran.stderr:
        raise NotRecorded(f"{place}: the recorder ended with {ran.returncode}\n{ran.stderr}")
    return json.loads(ran.stdout)
