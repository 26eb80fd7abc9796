"""Record every state that the threads of a small program can reach, by running them.

    echo [] | python recorder.py PROGRAM             prints the graph of its states as JSON
    echo [[0, 1, 1]] | python recorder.py PROGRAM    prints the states of each order that is given

PROGRAM has functions, `threads = one, two` that names those to run at once, and check(), which
asserts what must hold at the end. Each thread is held before each line of the program. A path
through the lines is followed by real threads from the start; where one comes to a state that is
known, it ends. Two states are one if threads stand at the same instructions, of the program and of
the library, with equal values in all their variables.
"""

import json
import sys
from pathlib import Path

import held_threads as held
import recorded_state

MOST = 1500  # states of one program


class TooLarge(Exception):
    """A program has more states than a page should hold."""


def explore(path):
    """Return the graph of the program at `path`; raise TooLarge if it has more than MOST states.

    A state is what recorded_state.seen() tells, with "next": {thread: number of the state}, and
    "fault": what has gone wrong, "" at an end where nothing has, None before the end.
    """
    source, place = Path(path).read_text("utf-8"), Path(path).name
    code, graph, numbers, todo = compile(source, place, "exec"), [], {}, [()]

    def met(now, path):
        """Return the number of the state of a run, and the thread that goes on if it is new."""
        key = recorded_state.key(now)
        if key in numbers:
            return numbers[key], None
        if len(graph) == MOST:
            raise TooLarge(f"{place}: more than {MOST:,} states")
        numbers[key] = len(graph)
        fault = now.fault()
        able = now.able() if fault is None else []
        todo.extend((*path, number) for number in able[1:])
        graph.append(recorded_state.seen(now) | {"fault": fault, "next": {}})
        return numbers[key], next(iter(able), None)

    while todo:
        path = todo.pop()
        now = held.follow(code, place, path[:-1])
        state, going = met(now, path[:-1])
        going = path[-1] if path else going
        path = path[:-1]
        while going is not None:
            now.turn(going)
            path = (*path, going)
            before, thread = state, going
            state, going = met(now, path)
            graph[before]["next"][thread] = state
        now.abandon()
    return {"source": source.splitlines(), "python": sys.version.split()[0], "states": graph}


def replay(path, order):
    """Run the program at `path` in one order; return its states, as explore() tells them."""
    source, place = Path(path).read_text("utf-8"), Path(path).name
    now, states = held.Run(compile(source, place, "exec"), place), []
    for number in (*order, None):
        states.append(recorded_state.seen(now) | {"fault": now.fault()})
        if number is not None:
            now.turn(number)
    now.abandon()
    return states


def main(path):
    held.stand_in()
    orders = json.load(sys.stdin)
    told = [replay(path, order) for order in orders] if orders else explore(path)
    json.dump(told, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main(*sys.argv[1:])
