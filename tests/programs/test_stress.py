"""The harness of the thread-safety rows: what it counts, what it notes, and what is certain."""

import json
import subprocess
import sys
import threading

import pytest

import load
from engine import ROOT

FOLDER = ROOT / "examples/threadsafety"
DEADLINE = 60  # seconds until a test that hangs fails

stress = load.program("threadsafety/stress")
Stress, Wrong = stress.Stress, stress.Wrong


def run(module, row, tmp_path):
    """Return what a row says of itself."""
    ended = subprocess.run(
        [sys.executable, FOLDER / f"{module}.py", row],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_it_counts_calls_and_keeps_what_they_raise():
    found = Stress()
    turns = iter(range(10**6))

    def task():
        if next(turns) % 2:
            raise KeyError("odd")

    lock = threading.Lock()

    def locked():
        with lock:
            task()

    (done,) = found(locked, least=10, most=10)
    assert found.operations == 4 * 10
    assert done == 20
    assert found.seen() == [{"kind": "raised", "text": "KeyError: 'odd'", "count": 20}]


def test_two_tasks_share_the_threads_and_are_counted_apart():
    found = Stress()
    assert found(int, str, least=10, most=10) == [20, 20]


def test_a_slow_row_has_its_least_number_of_calls():
    found = Stress()
    pause = threading.Event()
    found(lambda: pause.wait(2 * stress.SECONDS), least=2, most=100)
    assert found.operations == 4 * 2


def test_rounds_make_check_and_count():
    found, made, checked = Stress(), [], []

    def make():
        made.append([])
        return made[-1]

    def check(shared, results):
        checked.append((sorted(shared), sorted(results)))

    def task(letter):
        return lambda shared: shared.append(letter) or letter

    found.rounds(make, task("a"), task("b"), check=check, each=3, most=30)
    assert checked == [(["a", "b"], ["a", "b"])] * len(made)
    assert 25 <= len(made) <= 30
    assert found.operations == len(made) * 2 * 3


def test_a_wrong_round_is_noted_and_the_next_one_begins():
    found = Stress()

    def check(shared, results):
        raise Wrong("not so")

    found.rounds(list, lambda shared: 1 / 0, check=check, most=25)
    assert found.seen() == [
        {"kind": "raised", "text": "ZeroDivisionError: division by zero", "count": 50},
        {"kind": "wrong", "text": "not so", "count": 25},
    ]


def test_lost_updates_are_what_is_missing():
    found = Stress()
    found.lost(7, 7)
    assert found.seen() == []
    found.lost(4, 7)
    assert found.seen() == [{"kind": "lost", "text": "lost", "count": 3}]


@pytest.mark.parametrize(
    ("results", "text"),
    [([[0, 1], [2]], None), ([[0], None], "of 3 items 1 came"), ([[0, 1], [1, 2]], "came twice")],
)
def test_items_are_the_same_once(results, text):
    check = stress.same_items(3)
    if text is None:
        assert check(None, results) is None
    else:
        with pytest.raises(Wrong, match=text):
            check(None, results)


def test_main_runs_one_row_and_prints_what_it_saw(monkeypatch, capsys):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    interval = sys.getswitchinterval()

    def row(found):
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        stress.expect(True, "never")

    def missing(found):
        raise ImportError("no module (in this folder)")

    try:
        for name in "row", "missing":
            monkeypatch.setattr(sys, "argv", ["rows.py", name])
            stress.main({"row": row, "missing": missing})
    finally:
        sys.setswitchinterval(interval)
    said, lacks = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["text"] for one in said["seen"]] == ["ZeroDivisionError: division by zero"]
    assert lacks["absent"] == "no module"
    with pytest.raises(Wrong, match="so"):
        stress.expect(False, "so")


def test_an_unlocked_counter_loses_updates_without_the_gil_alone(tmp_path):
    found = run("builtins_rows", "number_add", tmp_path)
    assert found["operations"] >= 4 * 200_000
    assert [one["kind"] for one in found["seen"]] == ["lost"] * (not found["gil"])


def test_a_locked_counter_loses_none(tmp_path):
    found = run("threads_rows", "lock_guard", tmp_path)
    assert found["seen"] == []
    assert found["operations"] >= 4 * stress.LEAST


def test_a_connection_refuses_another_thread_each_time(tmp_path):
    found = run("files_rows", "sqlite_other_thread", tmp_path)
    (refused,) = found["seen"]
    assert refused["text"].startswith("ProgrammingError")
    assert refused["count"] == found["operations"] > 0
