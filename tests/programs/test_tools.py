"""The tools that find races, as they run on this build."""

import importlib.metadata
import sys

import pytest

import tool_record as record
import tools
from engine import builds
from tool_record import ALL, BREAKS, NONE, WITHIN

HERE = builds.this().name
WITHIN_2 = WITHIN.format(2)
# A sample whose verdicts do not hang on chance: (tool, program).
SAMPLE = [
    ("stress", "pool_task_waits_for_its_pool"),
    ("stress", "lock_taken_twice"),
    ("frontrun", "lost_update"),
    ("frontrun", "lock_locked_as_check"),
    ("frontrun", "if_key_in_dict_then_del"),
    ("frontrun-unbounded", "two_locks_in_two_orders"),
    ("frontrun-unbounded", "lost_update_of_class_attribute"),
    ("frontrun-random", "lost_update"),
    ("orders", "lost_update"),
    ("orders", "lock_taken_twice"),
]


@pytest.fixture(scope="module")
def recorded():
    return record.read()


def installed(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@pytest.mark.parametrize(("tool", "program"), SAMPLE)
def test_a_sample_gives_the_recorded_verdicts_again(recorded, tool, program):
    run = recorded.get((tool, HERE))
    if run is None or (tool.startswith("frontrun") and installed("frontrun") != run["version"]):
        pytest.skip(f"{tool} has not been measured with this version on {HERE}")
    was = run["results"][program]
    for kind in record.KINDS:
        verdict, said = tools.measure(tool, sys.executable, program, kind)
        assert verdict == was[kind], said


@pytest.mark.parametrize(
    ("status", "output", "verdict"),
    [
        (0, "test_x.py::test_Bad: holds in all orders, by instruction (3 runs)", ALL),
        (0, "test_x.py::test_Bad: holds in all orders with at most 2 preemptions, …", WITHIN_2),
        (1, "test_x.py::test_Bad: breaks, in run 2: AssertionError", BREAKS),
        (2, "test_x.py::test_Bad: no verdict: a thread took no step", NONE),
        (1, "Traceback (most recent call last):\n  …\nKeyError: 1", NONE),
        (0, "", NONE),
    ],
)
def test_only_what_orders_says_in_full_is_a_verdict(status, output, verdict):
    assert tools.of_orders(status, output)[0] == verdict


def test_a_tool_that_does_not_end_gives_no_verdict(monkeypatch):
    monkeypatch.setattr(tools, "HARD", 0.01)
    verdict, said = tools.measure("stress", sys.executable, "lost_update", "Fixed")
    assert (verdict, said) == (NONE, "killed after 0.01 s")
