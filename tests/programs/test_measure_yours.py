"""Measure your own function: verdicts from figures, and what cannot be measured."""

import json
import subprocess
import sys

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/measured/measure_yours.py"
measure_yours = load.program("measured/measure_yours")


@pytest.mark.parametrize(
    ("computes", "best", "gil", "verdict"),
    [
        (0.0, 7.8, True, "waits"),
        (0.0, 7.8, False, "waits"),
        (0.1, 1.0, True, "held by something shared"),
        (1.0, 1.0, True, "held by the GIL"),
        (1.0, 1.9, True, "scales"),
        (1.0, 1.9, False, "scales"),
        (1.0, 0.7, False, "held by something shared"),
    ],
)
def test_the_verdict_follows_from_the_figures(computes, best, gil, verdict):
    found, reason = measure_yours.verdict(computes, {1: 1.0, 2: best}, cores=2, gil=gil)
    assert found == verdict
    assert f"{computes:.0%} of a call computes" in reason


def test_one_core_gives_no_verdict_on_work_that_computes():
    with pytest.raises(measure_yours.CannotMeasure, match="one core"):
        measure_yours.verdict(1.0, {1: 1.0}, cores=1, gil=True)


BAD = """
import time
number = 1
def needs(argument): pass
async def coroutine(): pass
def fails(): raise ValueError("no luck")
def slow(): time.sleep(0.1)
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "mine.py").write_text(BAD)

    def run(*arguments):
        command = [sys.executable, PROGRAM, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)

    return run


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine", "write it as module:function"),
        ("gone:function", "gone cannot be imported: ModuleNotFoundError"),
        ("mine:gone", "mine has no function gone"),
        ("mine:number", "mine has no function number"),
        ("mine:needs", "missing a required argument: 'argument'"),
        ("mine:coroutine", "is a coroutine function: asyncio runs it, not threads"),
        ("mine:fails", "mine:fails raised ValueError: no luck (mine.py:6)"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(run, name, message):
    answer = run(name)
    assert answer.returncode == 1
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith("measure_yours.py: ")
    assert message in line


def test_a_call_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(measure_yours, "LONGEST", 0)
    with pytest.raises(measure_yours.CannotMeasure, match="give it less to do"):
        measure_yours.calls_a_task(lambda: None, "mine:slow")


def test_a_function_that_waits_is_told_from_one_that_computes(run):
    answer = run("mine:slow", "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert set(found["speed_ups"]) == {"threads", "processes"}
    assert set(found["speed_ups"]["threads"]) == {"1", "2", "4", "8"}
    calls, computes = measure_yours.calls_a_task(lambda: sum(range(1_000)), "mine:sum")
    assert calls > 1
    assert computes > found["computes"]
