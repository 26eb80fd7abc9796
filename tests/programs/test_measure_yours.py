"""Measure your own function: verdicts from figures, and what cannot be measured.

A busy machine may make any verdict "too noisy to tell". It may make none of them wrong.
"""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/measured/measure_yours.py"
measure_yours = load.program("measured/measure_yours")
GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
NOISY, HELD = measure_yours.NOISY, measure_yours.HELD


def figures(computes, ratio, **others):
    found = {"computes": computes, "pairs": [(ratio, True)] * 25, "control": [2.0] * 25}
    return found | {"undisturbed": 1.0} | others


@pytest.mark.parametrize(
    ("found", "gil", "verdict"),
    [
        (figures(0.0, 2.0), True, "waits"),
        (figures(0.0, 2.0), False, "waits"),
        (figures(0.5, 1.9), True, "waits"),
        (figures(0.1, 1.0), True, HELD),
        (figures(0.6, 1.0), True, "held by the GIL"),
        (figures(0.6, 1.0), False, HELD),
        (figures(1.0, 1.0), True, "held by the GIL"),
        (figures(1.0, 1.9), True, "scales"),
        (figures(1.0, 1.9), False, "scales"),
        (figures(1.0, 0.7), False, HELD),
        # Half of the rounds say one thing and half the other.
        (figures(1.0, 0, pairs=[(1.0, True), (2.0, True)] * 12), True, NOISY),
        (figures(0.0, 0, pairs=[(1.0, True), (2.0, True)] * 12), True, NOISY),
        # One disturbed round decides nothing.
        (figures(1.0, 0, pairs=[(1.0, True)] * 24 + [(9.0, True)]), True, "held by the GIL"),
        # Threads that had no core at the same time cannot have disturbed each other.
        (figures(1.0, 0, pairs=[(2.0, False)] * 25), False, NOISY),
        (figures(1.0, 0, pairs=[(2.0, False)] * 20 + [(1.0, True)] * 9), False, HELD),
        # That they stop each other shows without.
        (figures(1.0, 0, pairs=[(1.0, False)] * 25), True, "held by the GIL"),
        # What does scale did not; other programs had the cores; time was up.
        (figures(1.0, 1.0, control=[1.1] * 25), True, NOISY),
        (figures(0.6, 1.9, undisturbed=0.6), True, NOISY),
        (figures(0.1, 1.9, undisturbed=0.6), True, "waits"),
        (figures(1.0, 0, pairs=[(1.0, True)] * 8), True, NOISY),
    ],
)
def test_the_verdict_follows_from_the_figures(found, gil, verdict):
    assert measure_yours.verdict(found, cores=2, gil=gil)[0] == verdict


def test_the_reason_names_the_figures():
    _, reason = measure_yours.verdict(figures(0.97, 1.9), cores=2, gil=True)
    assert "97% of a call computes" in reason
    assert "two threads do 1.9 times the work of one (1.9 to 1.9)" in reason


def test_one_core_gives_no_verdict_on_work_that_computes():
    with pytest.raises(measure_yours.CannotMeasure, match="one core"):
        measure_yours.verdict(figures(1.0, 1.0), cores=1, gil=True)
    assert measure_yours.verdict(figures(0.0, 2.0), cores=1, gil=True)[0] == "waits"


@pytest.mark.parametrize("count", range(measure_yours.LEAST, 40))
def test_an_interval_holds_the_median_with_99_percent(count):
    low, high = measure_yours.interval(list(range(count))[::-1])
    assert low == count - 1 - high
    # The median lies below the value of rank `low` if at most `low` of all values are below it.
    outside = 2 * sum(math.comb(count, below) for below in range(low + 1)) / 2**count
    assert outside <= 0.01


MINE = """
import asyncio, hashlib, json, os, sys, threading, time
number = 1
def needs(argument): pass
async def coroutine(): pass
def fails(): raise ValueError("no luck")
def slow(): time.sleep(1)
def generates(): yield
def leaves(): sys.exit(3)
def dies(): os._exit(0)
def prints():
    print("a line of the function's own")
    time.sleep(0.002)

text = json.dumps(list(range(20_000)))
def loads(): json.loads(text)
class Empty: pass
def empty():
    for _ in range(1_000): Empty()
def sleep(): time.sleep(0.01)
data = bytes(3_000_000)
def digest(): hashlib.sha256(data).digest()
lock, total = threading.Lock(), 0
def locked():
    with lock: time.sleep(0.01)
def shared():
    global total
    for _ in range(2_000):
        with lock: total += 1
def own():
    count = 0
    for _ in range(20_000): count += 1

def numbers():
    while True:
        yield sum(range(3_000))
stream = numbers()
def generator():
    for _ in range(100): next(stream)

def alone():
    with lock:
        with lock: pass
first = threading.Lock()
def beside():
    # Waits for ever if another call is on its way.
    if not first.acquire(blocking=False):
        threading.Event().wait()
    time.sleep(0.01)
    first.release()
def endless():
    open("called", "w").close()
    sum(range(10**15))
"""


# In the program and its workers: enough for a verdict, and for calls that never return.
QUICK = {"REPETITIONS": 1, "WORKERS": (1, 2), "BUDGET": 1.5, "DEADLINE": 4.0}


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with the functions, where the module does little and looks for them."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    text = PROGRAM.read_text("utf-8")
    for name, value in QUICK.items():
        monkeypatch.setattr(measure_yours, name, value)
        text, found = re.subn(rf"^{name} = [^#\n]+", f"{name} = {value}", text, flags=re.MULTILINE)
        assert found == 1
    quick = tmp_path / "measure_yours.py"
    quick.write_text(text, "utf-8")
    monkeypatch.setattr(measure_yours, "__file__", str(quick))  # what its workers run
    yield tmp_path
    sys.modules.pop("mine", None)


@pytest.fixture
def run(mine):
    def run(*arguments):
        command = [sys.executable, "measure_yours.py", *arguments]
        return subprocess.run(command, cwd=mine, capture_output=True, text=True, timeout=100)

    return run


COMPUTES = {"held by the GIL"} if GIL else {"scales"}
ONE_AT_A_TIME = {"held by the GIL"} if GIL else {HELD}


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("loads", COMPUTES),
        ("own", COMPUTES),
        ("empty", COMPUTES | ONE_AT_A_TIME),  # without a GIL, the count of the class is shared
        ("shared", ONE_AT_A_TIME),
        ("digest", {"scales"}),
        ("sleep", {"waits"}),
        ("locked", {HELD}),
    ],
)
def test_a_function_gets_its_verdict_or_none(mine, name, verdicts):
    found = measure_yours.measure(f"mine:{name}")
    verdict, reason = measure_yours.verdict(found, 2, GIL)
    assert verdict in verdicts | {NOISY}, reason
    assert {*found["speed_ups"]} == {"threads", "processes"}
    for by_workers in found["speed_ups"].values():
        assert {n: len(values) for n, values in by_workers.items()} == {1: 1, 2: 1}
        assert all(min(values) > 0 for values in by_workers.values())


def test_without_the_systems_count_of_waits_nothing_is_left_out(mine, monkeypatch):
    def gone(_):
        raise FileNotFoundError

    monkeypatch.setattr(measure_yours, "open", gone, raising=False)
    taken = measure_yours.on_threads(lambda: time.sleep(0.001), 2, 1)
    assert taken.own == taken.wall
    assert taken.undisturbed
    found = measure_yours.measure("mine:loads")
    assert measure_yours.verdict(found, 2, GIL)[0] in COMPUTES | {NOISY}


CANNOT = pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine", "write it as module:function"),
        ("gone:function", "gone cannot be imported: ModuleNotFoundError"),
        ("leaves:function", "leaves cannot be imported: SystemExit: 4 (leaves.py:1)"),
        ("mine:gone", "mine has no function gone"),
        ("mine:number", "mine has no function number"),
        ("mine:needs", "missing a required argument: 'argument'"),
        ("mine:coroutine", "is a coroutine function: asyncio runs it, not threads"),
        ("mine:generates", "is a generator function: a call of it runs nothing"),
        ("mine:fails", "mine:fails raised ValueError: no luck (mine.py:6)"),
        ("mine:leaves", "mine:leaves raised SystemExit: 3 (mine.py:9)"),
        ("mine:dies", "mine:dies ended the process that called it (status 0)"),
        ("mine:slow", "s: give it less to do, 0.02 s is enough"),
        ("mine:alone", "mine:alone did not return within 4 s: thread 1 stands at mine.py:"),
    ],
)


@CANNOT
def test_what_cannot_be_measured_is_an_error_that_says_why(mine, name, message):
    (mine / "leaves.py").write_text("raise SystemExit(4)")
    with pytest.raises(measure_yours.CannotMeasure) as raised:
        measure_yours.measure(name)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("counts", "cores"),
    [
        ({"process_cpu_count": lambda: 3}, 3),
        ({"process_cpu_count": lambda: None}, 1),
        ({"sched_getaffinity": lambda _: {0, 5}}, 2),
        ({"cpu_count": lambda: 4}, 4),
        ({"cpu_count": lambda: None}, 1),
    ],
)
def test_the_cores_are_those_that_this_process_may_use(monkeypatch, counts, cores):
    for name in "process_cpu_count", "sched_getaffinity", "cpu_count":
        monkeypatch.delattr(os, name, raising=False)
    for name, count in counts.items():
        monkeypatch.setattr(os, name, count, raising=False)
    assert measure_yours._cores() == cores


@CANNOT
def test_what_cannot_be_measured_is_one_clear_line(run, mine, name, message):
    (mine / "leaves.py").write_text("raise SystemExit(4)")
    answer = run(name)
    assert answer.returncode == 1
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith("measure_yours.py: ")
    assert message in line


def test_calls_that_wait_for_each_other_are_named_with_where_they_stand(mine):
    with pytest.raises(measure_yours.CannotMeasure) as raised:
        measure_yours.measure("mine:beside")
    message = str(raised.value)
    assert "mine:beside did not return within 4 s on 2 threads: thread 1 stands at" in message
    assert "in beside: threading.Event().wait()" in message


def test_calls_that_disturb_each_other_are_one_clear_line(mine):
    def until_two_calls_meet():
        for _ in range(20):
            measure_yours.measure("mine:generator")

    with pytest.raises(
        measure_yours.CannotMeasure,
        match=r"^mine:generator raised on 2 threads ValueError: generator already",
    ):
        until_two_calls_meet()


def test_a_call_that_keeps_the_gil_for_ever_ends(run):
    answer = run("mine:endless")
    assert answer.returncode == 1
    assert "Timeout" in answer.stderr
    assert "in endless" in answer.stderr
    assert "mine:endless ended the process that called it (status 1)" in answer.stderr


def test_ctrl_c_ends_it_and_all_that_it_started(mine):
    command = [sys.executable, "measure_yours.py", "mine:endless"]
    with load.process(command, cwd=mine, stderr=subprocess.PIPE) as process:
        while not (mine / "called").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, errors = process.communicate(timeout=9)  # before any deadline
        assert process.returncode == -signal.SIGINT
        assert errors == b""
    # The pipe of stderr is closed: no process of the group has it open any more.


def test_what_the_function_prints_is_not_in_the_result(run):
    answer = run("mine:prints", "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert found["verdict"] in {"waits", NOISY}
    assert set(found["speed_ups"]["threads"]) == {"1", "2"}
    assert found["repetitions"] == len(found["speed_ups"]["threads"]["1"])
    assert "a line of the function's own" in answer.stderr


def test_a_verdict_alone_needs_no_numbers_of_workers(run):
    answer = run("mine:prints", "--verdict")
    assert answer.returncode == 0, answer.stderr
    verdict, reason = answer.stdout.splitlines()
    assert verdict.removeprefix("mine:prints: ") in {"waits", NOISY}
    assert reason.startswith("  ")


def test_the_numbers_of_workers_take_no_longer_than_there_is_time(mine, monkeypatch):
    monkeypatch.setattr(measure_yours, "REPETITIONS", 10**9)
    monkeypatch.setattr(measure_yours, "BUDGET", 0.5)
    found = measure_yours.measure("mine:sleep")
    assert 1 <= found["repetitions"] < 10**9
    assert len(found["speed_ups"]["threads"][2]) == found["repetitions"]


@pytest.mark.parametrize("name", ["wait", "compute", "digest"])
def test_the_samples_can_be_measured(monkeypatch, name):
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    function = measure_yours.load(f"samples:{name}")
    taken = measure_yours.on_threads(function, 2, 1)
    assert taken.wall >= taken.own >= taken.busy > 0


def test_a_report_has_the_verdict_and_a_bar_for_each_number_of_workers():
    found = figures(1.0, 1.0, function="mine:own", verdict="held by the GIL", reason="why")
    found["speed_ups"] = {"threads": {1: [1.0], 2: [0.5, 1.0, 3.0]}}
    assert measure_yours.report(found).splitlines() == [
        "mine:own: held by the GIL",
        "  why",
        "  1 threads    ████ 1.0 times (1.0 to 1.0)",
        "  2 threads    ████ 1.0 times (0.5 to 3.0)",
    ]


def test_main_prints_a_report_and_ends_with_its_status(mine, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["measure_yours.py", "mine:sleep"])
    monkeypatch.setattr(measure_yours, "BUDGET", 1.0)
    usual, path = signal.getsignal(signal.SIGINT), sys.path[:]
    try:
        assert measure_yours.main() == 0
        assert capsys.readouterr().out.startswith("mine:sleep: ")
        monkeypatch.setattr(sys, "argv", ["measure_yours.py", "mine:gone"])
        assert measure_yours.main() == 1
        assert capsys.readouterr() == ("", "measure_yours.py: mine has no function gone\n")
    finally:
        signal.signal(signal.SIGINT, usual)
        sys.path[:] = path


def test_a_worker_answers_each_line(mine, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", iter(["1\n", "2\n"]))
    stdout = sys.stdout
    try:
        measure_yours.worker("mine:prints")
        measure_yours.sys.stdout = stdout
        monkeypatch.setattr(sys, "stdin", iter(["1\n"]))
        measure_yours.worker("mine:fails")
    finally:
        sys.stdout = stdout
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [None, None, "raised ValueError: no luck (mine.py:6)"]


def test_a_call_that_seems_to_wait_for_a_core_throughout_is_not_repeated_for_ever():
    def took(wall, own):
        return measure_yours.Taken(wall, own, busy=0.0)

    # 10 ms by the clock, and once nearly all of it without a core: two calls make 20 ms.
    assert measure_yours.calls_of([took(0.01, 0.01), took(0.01, 1e-5), took(0.012, 0.01)]) == 2
    assert measure_yours.calls_of([took(0.5, 0.5)]) == 1
