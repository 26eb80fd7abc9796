"""The recorded graphs of docs/_site/races: threads follow them, and what is not so is refused."""

import copy
import json
import re
import subprocess
import sys
from itertools import pairwise

import pytest

import counted
import graphs
from built import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
PROGRAM = f"examples/{counted.PROGRAM}"
RACES = [(name, version) for name in graphs.names() for version in graphs.VERSIONS]

SPIN = """
done = False

def wait():
    while not done:
        pass

threads = wait, wait

def check():
    pass
"""


@pytest.fixture(scope="module")
def found():
    run = subprocess.run(
        [sys.executable, PROGRAM, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.fixture
def lost_update():
    return copy.deepcopy(graphs.recorded("lost-update", "bad"))


@pytest.fixture
def recorded_from(tmp_path):
    """Return a function that records a program from its text."""

    def record(text):
        program = tmp_path / "program.py"
        program.write_text(text, "utf-8")
        graph = graphs.Graph(**graphs.run(program, []))
        graphs.check(graph, program)
        return graph

    return record


def program(name, version):
    return graphs.RACES / name / f"{version}.py"


def every_order(graph, state=0, order=()):
    """Yield (order, last state) for all orders, without what Graph remembers."""
    after = graph.next(state)
    if not after:
        yield order, state
    for thread, there in after.items():
        yield from every_order(graph, there, (*order, thread))


def switches(order):
    return sum(a != b for a, b in pairwise(order))


def test_every_race_has_its_explorer():
    text = "".join(page.read_text("utf-8") for page in PAGES)
    shown = re.findall(r"\(made:explorer/([\w-]+)\)", text)
    assert sorted(shown) == sorted(["counter", *graphs.names()])
    assert len(graphs.names()) >= 12


@pytest.mark.parametrize(("name", "version"), RACES)
def test_threads_take_every_step_of_a_graph_again(name, version):
    graph = graphs.recorded(name, version)
    steps = {(s, thread) for s in range(len(graph.states)) for thread in graph.next(s)}
    taken = set()
    for order in graph.through_every_step():
        taken |= set(zip(graph.follow(order), order, strict=False))
    assert taken == steps
    graphs.check(graph, program(name, version))


@pytest.mark.parametrize("name", graphs.names())
def test_the_fewest_switches_really_break_the_bad_one(name):
    graph = graphs.recorded(name, "bad")
    least, order = graph.fewest
    (states,) = graphs.run(program(name, "bad"), [order])
    assert states[-1]["fault"]
    assert [state["fault"] for state in states[:-1]] == [None] * len(order)
    assert switches(order) == least


@pytest.mark.parametrize("name", graphs.names())
def test_no_state_of_the_fixed_one_is_broken(name):
    graph = graphs.recorded(name, "fixed")
    assert {state["fault"] for state in graph.states} == {None, ""}
    assert graph.fewest is None
    assert graph.orders[0][1] == 0


@pytest.mark.parametrize("name", graphs.names())
def test_no_order_breaks_with_fewer_switches_and_all_are_counted(name):
    graph = graphs.recorded(name, "bad")
    if graph.orders[0][0] > 20_000:  # a walk through all would take minutes: through a part of it
        graph = graphs.Graph(graph.source, graph.python, graph.states)
        start = next(n for n, (every, bad) in graph.orders.items() if bad and 99 < every < 20_000)
        graph.states = [graph.states[start], *graph.states[1:]]
    ends = list(every_order(graph))
    broken = [order for order, state in ends if graph.breaks(state)]
    graph = graphs.Graph(graph.source, graph.python, graph.states)
    assert graph.orders[0] == (len(ends), len(broken))
    assert min(map(switches, broken)) == graph.fewest[0]


def test_a_forged_value_is_refused(lost_update):
    lost_update.states[3]["variables"]["counter"] = "7"
    with pytest.raises(graphs.NotRecorded, match="but threads came to"):
        graphs.check(lost_update, program("lost-update", "bad"))


def test_a_forged_step_is_refused(lost_update):
    steps = lost_update.states[0]["next"]
    steps["0"], steps["1"] = steps["1"], steps["0"]
    with pytest.raises(graphs.NotRecorded, match=r"cannot go on there|threads came to"):
        graphs.check(lost_update, program("lost-update", "bad"))


def test_a_hidden_fault_is_refused(lost_update):
    for state in lost_update.states:
        state["fault"] = state["fault"] and ""
    with pytest.raises(graphs.NotRecorded, match="counter is 1, not 2"):
        graphs.check(lost_update, program("lost-update", "bad"))


def test_a_step_that_cannot_be_taken_is_refused():
    graph = copy.deepcopy(graphs.recorded("lost-update", "fixed"))
    inside = next(n for n, s in enumerate(graph.states) if "waits" in s["threads"][1][2])
    graph.states[inside]["next"]["1"] = inside + 1
    with pytest.raises(graphs.NotRecorded, match="thread B cannot go on there"):
        graphs.check(graph, program("lost-update", "fixed"))


def test_the_graph_of_another_program_is_refused(lost_update):
    with pytest.raises(graphs.NotRecorded, match="of another program"):
        graphs.check(lost_update, program("lost-update", "fixed"))


def test_an_order_without_an_end_is_refused(recorded_from):
    with pytest.raises(graphs.NotRecorded, match="never ends"):
        recorded_from(SPIN)


def test_a_program_with_too_many_states_is_refused(recorded_from):
    lines = "\n".join(f"    x{number} = {number}" for number in range(40))
    text = f"def run():\n{lines}\nthreads = run, run\ndef check(): pass\n"
    with pytest.raises(graphs.NotRecorded, match="more than 1,500 states"):
        recorded_from(text)


def test_a_wait_with_a_timeout_is_refused(recorded_from):
    wait = "import threading\ne = threading.Event()\ndef run():\n    e.wait(1)\n"
    graph = recorded_from(f"{wait}threads = run, run\ndef check(): pass\n")
    faults = {state["fault"] for state in graph.states} - {None}
    assert all("NotImplementedError: a timeout" in fault for fault in faults)
    assert faults


def test_threads_that_are_started_and_joined_take_part(recorded_from):
    graph = recorded_from("""
import threading
seen = []

def child():
    seen.append("child")

def parent():
    thread = threading.Thread(target=child)
    thread.start()
    thread.join()
    seen.append("parent")

threads = (parent,)

def check():
    assert seen == ["child", "parent"]
""")
    assert graph.threads == "AB"
    assert {state["fault"] for state in graph.states} == {None, ""}
    assert any("waits for B to end" in s["threads"][0][2] for s in graph.states)


def test_a_lock_taken_twice_and_a_reentrant_one(recorded_from):
    text = """
import threading
lock = threading.Lock()

def run():
    with lock:
        with lock:
            pass

threads = run, run

def check():
    pass
"""
    plain, reentrant = recorded_from(text), recorded_from(text.replace("Lock()", "RLock()"))
    assert "no thread can go on" in {state["fault"] for state in plain.states}
    assert {state["fault"] for state in reentrant.states} == {None, ""}


def test_all_orders_but_two_lose_and_none_with_the_lock(found):
    assert found["plain"]["results"] == {"1": 68, "2": 2}
    assert found["plain"]["confirmed"] == 70
    assert list(found["locked"]["results"]) == ["2"]
    assert found["locked"]["confirmed"] > 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"STORE_GLOBAL" if', '"STORE" if', "NotImplementedError: STORE_GLOBAL counter in CPython"),
        ("        values.append(counter)", "        values.append(7)", "but real threads made"),
    ],
    ids=["an unknown instruction", "a real run that disagrees"],
)
def test_what_the_program_cannot_vouch_for_is_an_error(tmp_path, old, new, message):
    program = (ROOT / PROGRAM).read_text("utf-8")
    assert old in program
    copy = tmp_path / "interleavings.py"
    copy.write_text(program.replace(old, new), "utf-8")
    run = subprocess.run([sys.executable, copy], capture_output=True, text=True, timeout=100)
    assert run.returncode == 1
    assert message in run.stderr


def test_a_graph_of_instructions_that_counts_differently_is_refused():
    steps = [
        {"text": "LOAD", "effect": "read", "stack": ["n"]},
        {"text": "STORE", "effect": "write", "stack": []},
    ]
    right = counted.graph({"steps": steps, "results": {"2": 2, "1": 4}}, "3")
    assert right.orders[0] == (6, 4)
    with pytest.raises(graphs.NotRecorded, match="the program"):
        counted.graph({"steps": steps, "results": {"2": 3, "1": 3}}, "3")


def test_what_is_recorded_is_not_run_again(monkeypatch):
    name, version = RACES[0]
    known = graphs.recorded(name, version)
    monkeypatch.setattr(graphs, "run", lambda *_: pytest.fail("was run again"))
    graphs.recorded.cache_clear()
    assert graphs.recorded(name, version) == known
