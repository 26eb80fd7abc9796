"""The graphs of counter += 1, instruction by instruction, on every CPython.

examples/proved/interleavings.py tells instructions, what each does to what is shared, and how many
orders end in which value; it has let real threads run them. A graph whose orders do not count up to
the same is refused.
"""

import json

import measuring
from graphs import Graph, NotRecorded

PROGRAM = "proved/interleavings.py"
VERSIONS = {"plain": "counter += 1", "locked": "with lock: counter += 1"}


def builds():
    """Return (names, python, {version: Graph}) of the builds that compile alike, oldest first."""
    found = {}
    for name, answer in measuring.measured(PROGRAM, "--json").items():
        steps = {version: _steps(answer[version]) for version in VERSIONS}
        names = found.setdefault(json.dumps(steps), ([], {}))[0]
        names.append(name)
        found[json.dumps(steps)][1].update(answer)
    made = []
    for names, answer in found.values():
        graphs = {version: graph(answer[version], answer["python"]) for version in VERSIONS}
        made.append((f"CPython {', '.join(names)}", answer["python"], graphs))
    return made


def _steps(version):
    return [{k: v for k, v in step.items() if k != "offset"} for step in version["steps"]]


def graph(version, python):
    """Return the Graph of two threads that take these steps; raise NotRecorded on other counts."""
    steps, first = version["steps"], ((0, 0), (0, 0), 0, None)
    states, found, met = {first: 0}, [], [first]
    for state in met:  # grows meanwhile
        after = {}
        for thread in 0, 1:
            if (there := _after(steps, state, thread)) is not None:
                if there not in states:
                    states[there] = len(states)
                    met.append(there)
                after[thread] = states[there]
        found.append(_seen(steps, state) | {"next": after})
    made = Graph([step["text"] for step in steps], python, found)
    results = {int(value): count for value, count in version["results"].items()}
    counted = sum(results.values()), sum(count for value, count in results.items() if value < 2)
    if made.orders[0] != counted:
        raise NotRecorded(f"{PROGRAM}: the graph counts {made.orders[0]}, the program {counted}")
    return made


def _waits(steps, state, thread):
    made, _, _, owner = state
    return (
        made[thread] < len(steps)
        and steps[made[thread]]["effect"] == "acquire"
        and owner is not None
    )


def _after(steps, state, thread):
    """Return the state after a step of a thread, or None if it cannot take one."""
    made, read, counter, owner = state
    if made[thread] == len(steps) or _waits(steps, state, thread):
        return None
    effect = steps[made[thread]]["effect"]
    if effect == "read":
        read = _with(read, thread, counter)
    counter = read[thread] + 1 if effect == "write" else counter
    owner = {"acquire": thread, "release": None}.get(effect, owner)
    return _with(made, thread, made[thread] + 1), read, counter, owner


def _with(pair, thread, value):
    return (value, pair[1]) if thread == 0 else (pair[0], value)


def _seen(steps, state):
    made, _, counter, owner = state
    variables = {"counter": str(counter)}
    if any(step["effect"] == "acquire" for step in steps):
        variables["lock"] = "free" if owner is None else f"held by {'AB'[owner]}"
    over = min(made) == len(steps)
    lost = f"two increments made {counter}: one update is lost"
    fault = (lost if counter < 2 else "") if over else None
    threads = [_thread(steps, state, thread) for thread in (0, 1)]
    return {"variables": variables, "threads": threads, "fault": fault}


def _thread(steps, state, thread):
    made, read, counter, owner = state
    at = made[thread]
    stack = steps[at - 1]["stack"] if at else []
    values = {"n": str(read[thread]), "n + 1": str(read[thread] + 1)}
    told = f"stack [{', '.join(values.get(item, item) for item in stack)}]"
    if any(item in values for item in stack) and read[thread] != counter:
        told += ", stale"
    does = "" if at < len(steps) else "is done"
    if _waits(steps, state, thread):
        does = "waits for lock"
    return [at + 1 if at < len(steps) else 0, told, does, "lock" if owner == thread else ""]
