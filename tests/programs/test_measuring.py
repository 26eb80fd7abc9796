"""The measuring programs, with little to do: what they print is complete, and what must hold does.

No time is asserted. A program that loses a count, a repetition or the interpreter's own
settings would make a page wrong without a word.
"""

import importlib
import json
import os
import subprocess
import sys
import threading

import pytest

from engine import ROOT

FOLDER = ROOT / "examples/measured"


@pytest.fixture
def program(monkeypatch):
    """Import a program as its worker processes can, with smaller numbers in it."""
    monkeypatch.syspath_prepend(str(FOLDER))

    def program(name, **settings):
        module = importlib.import_module(name)
        for setting, value in settings.items():
            assert hasattr(module, setting)
            monkeypatch.setattr(module, setting, value)
        return module

    return program


@pytest.fixture
def printed(capsys):
    def printed(module):
        module.main()
        found = json.loads(capsys.readouterr().out)
        assert found["python"] == sys.version
        assert found["cores"] >= 1
        assert found["repetitions"] >= 1
        return found

    return printed


def test_backpressure_bounds_what_waits(program, printed):
    module = program("backpressure", ITEMS=200, SIZE=100, REPETITIONS=2)
    found = printed(module)
    assert (found["total"], found["size"]) == (200, 100)
    assert set(found["measurements"]) == set(module.WAYS)
    assert ("map with buffersize" in module.WAYS) == (sys.version_info >= (3, 14))
    for name, measured in found["measurements"].items():
        assert len(measured["items"]) == len(measured["bytes"]) == 2
        bound = 200 if name == "map" else module.AHEAD + module.WORKERS + 1
        assert 1 <= max(measured["items"]) <= bound
        assert min(measured["bytes"]) > 0


def test_every_cost_is_measured_in_every_repetition(program, printed):
    module = program("costs", REPETITIONS=2, IDLE_THREADS=5, CALLS=1_000)
    found = printed(module)
    assert set(found["seconds"]) == set(module.actions(None))
    assert all(len(times) == 2 and min(times) > 0 for times in found["seconds"].values())
    if sys.platform == "linux":
        assert len(found["idle_thread_bytes"]) == 2


def test_a_mean_is_of_all_calls(program):
    calls = []
    assert program("costs").seconds(lambda: calls.append(1), 5) > 0
    assert len(calls) == 5


def gone(_):
    raise FileNotFoundError


def test_no_idle_threads_are_measured_where_there_is_no_proc(program, monkeypatch):
    module = program("costs")
    monkeypatch.setattr(module, "open", gone, raising=False)
    assert module.idle_thread() is None


def test_every_wake_up_is_measured_and_the_switch_interval_restored(program, printed):
    usual = sys.getswitchinterval()
    module = program("fairness", WAKE_UPS=3)
    found = printed(module)["measurements"]
    assert [(row["who"], row["busy"]) for row in found] == [row[:2] for row in module.SITUATIONS]
    assert all(len(row["late"]) == 3 and min(row["late"]) > -module.SLEEP for row in found)
    assert sys.getswitchinterval() == usual
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        module.beside(2, 0.001, lambda: 1 / 0)
    assert (sys.getswitchinterval(), threading.active_count()) == (usual, before)


def test_all_steps_of_all_threads_are_counted(program, printed, monkeypatch):
    module = program("free_threading", STEPS=5_000, REPETITIONS=2)
    found = printed(module)
    rows = [(row["kind"], row["threads"]) for row in found["measurements"]]
    assert rows == [(kind, count) for kind in module.KINDS for count in module.THREADS]
    assert all(len(r["steps_a_second"]) == 2 for r in found["measurements"])
    assert all(min(r["steps_a_second"]) > 0 for r in found["measurements"])
    assert all(len(times) == 2 for times in found["one_thread_seconds"].values())
    shards, shared, counts = module.Shards(), module.SharedLock(), module.SharedDict()
    for work in (shards, shared, counts):
        module.steps_a_second(work, 5_000, 4)
    assert shards.totals == [[1_000]] * 4
    assert shared.total == 4_000
    assert set(counts.counts.values()) <= set(range(5_000))
    assert module.fibonacci(10) == 55


def test_every_way_to_wait_and_to_compute_is_measured(program):
    settings = "m.WAIT, m.STEPS, m.REPETITIONS, m.WORKERS = 0.001, 1_000, 2, (1, 2)"
    answer = subprocess.run(  # subinterpreters look for the module themselves
        [sys.executable, "-c", f"import io_and_cpu as m; {settings}; m.main()"],
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)["measurements"]
    assert all(len(row["seconds"]) == 2 and min(row["seconds"]) > 0 for row in found)
    ways = {(row["work"], row["way"], row["workers"]) for row in found}
    assert len(ways) == len(found)
    module = program("io_and_cpu", STEPS=1_000)
    assert ("subinterpreters" in module.POOLS) == (sys.version_info >= (3, 14))
    expected = {(work, way, 2) for work in ("I/O-bound", "CPU-bound") for way in module.POOLS}
    expected |= {(work, "one after another", 1) for work in ("I/O-bound", "CPU-bound")}
    assert ways == expected | {("I/O-bound", "asyncio", 1), ("I/O-bound", "asyncio", 2)}
    assert module.compute(0) == sum(range(1_000))


def test_lost_updates_are_counted_exactly(program, printed):
    usual = sys.getswitchinterval()
    module = program("lost_updates", TIMES=500, REPETITIONS=2)
    found = printed(module)
    assert found["updates"] == 2_000
    rows = [(row["interval"], row["way"]) for row in found["measurements"]]
    assert rows == [(interval, way) for interval in module.INTERVALS for way in module.WAYS]
    assert all(len(row["lost"]) == 2 for row in found["measurements"])
    assert all(0 <= lost < 2_000 for row in found["measurements"] for lost in row["lost"])
    assert sys.getswitchinterval() == usual
    assert module.lost(lambda times: None) == 2_000
    lock = threading.Lock()

    def locked(times):
        with lock:
            module.add_item(times)

    assert module.lost(locked) == 0


def test_every_pool_size_is_measured(program, printed, monkeypatch):
    module = program("pool_size", TASKS=4, STEPS=10, REPETITIONS=2)
    monkeypatch.setattr(
        module, "KINDS", {kind: (task, (1, 2)) for kind, (task, _) in module.KINDS.items()}
    )
    found = printed(module)
    assert found["tasks"] == 4
    rows = [(row["kind"], row["size"]) for row in found["measurements"]]
    assert rows == [(kind, size) for kind in module.KINDS for size in (1, 2)]
    for row in found["measurements"]:
        assert len(row["throughput"]) == len(row["waited"]) == 2
        assert min(row["throughput"]) > 0
        assert min(row["waited"]) >= 0


def test_a_task_of_a_pool_that_fails_is_not_a_measurement(program):
    with pytest.raises(ZeroDivisionError):
        program("pool_size").run(lambda: 1 / 0, 2)
    module = program("backpressure")
    ledger = module.Ledger()
    ledger.consume = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError), module.ThreadPoolExecutor(1) as pool:
        module.with_map(ledger, pool)


def test_threads_and_the_loop_are_measured_here_too(program):
    module = program("io_and_cpu", WAIT=0.001, STEPS=1_000, REPETITIONS=2, WORKERS=(1, 2))
    module.POOLS = {"threads": module.POOLS["threads"]}
    found = module.measure()
    assert {(row["work"], row["way"], row["workers"]) for row in found} == {
        ("I/O-bound", "one after another", 1),
        ("I/O-bound", "threads", 2),
        ("I/O-bound", "asyncio", 1),
        ("I/O-bound", "asyncio", 2),
        ("CPU-bound", "one after another", 1),
        ("CPU-bound", "threads", 2),
    }
    assert all(len(row["seconds"]) == 2 and min(row["seconds"]) > 0 for row in found)
