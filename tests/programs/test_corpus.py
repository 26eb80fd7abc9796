"""The corpus of racy programs on which tools that find races are measured: its form, and its fixes.

That each Bad breaks in some order is for the tools to show. NEEDS, where there is one, is the
oldest CPython on which it does.
"""

import importlib
import re
import sys
import threading
from pathlib import Path

import pytest

from tool_runs import faults

FOLDER = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
RUNS = 50
DEADLINE = 60.0  # seconds; only a program that never ends takes as long

every_program = pytest.mark.parametrize("name", NAMES)


def load(name):
    return importlib.import_module(f"corpus.{name}")


@pytest.fixture
def many_switches():
    """Threads take turns as often as the GIL lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_there_are_enough_programs_and_kinds():
    kinds = {load(name).KIND for name in NAMES}
    assert len(NAMES) >= 48
    assert len(kinds) >= 12


@every_program
def test_a_program_is_short_and_says_what_is_wrong(name):
    lines = (FOLDER / f"{name}.py").read_text().splitlines()
    assert 15 <= len(lines) <= 40
    assert re.fullmatch(r'""".+\."""', lines[0])


@every_program
def test_a_program_has_a_fault_and_a_fix_of_the_same_form(name):
    module = load(name)
    assert module.KIND.strip()
    assert re.fullmatch(r"3\.\d+", getattr(module, "NEEDS", "3.11"))
    for kind in module.Bad, module.Fixed:
        assert {"one", "two", "check"} <= {*dir(kind)}
    assert {*dir(module.Bad)} <= {*dir(module.Fixed)}
    assert vars(module.Fixed).keys() & {*dir(module.Bad)} - {"__module__", "__doc__"}


@every_program
def test_a_fix_is_for_each_thread_with_the_faulty_body(name):
    module = load(name)
    if module.Bad.two is module.Bad.one:
        assert module.Fixed.two is module.Fixed.one


@every_program
def test_a_program_imports_only_what_keeps_it_deterministic(name):
    imported = re.findall(r"^(?:import|from) (\S+)", (FOLDER / f"{name}.py").read_text(), re.M)
    assert {*imported} <= {
        "asyncio",
        "collections",
        "concurrent.futures",
        "functools",
        "itertools",
        "queue",
        "threading",
        "time",
    }


@every_program
@pytest.mark.usefixtures("many_switches")
def test_a_fix_holds_in_plain_runs(name):
    fixed = load(name).Fixed
    for _ in range(RUNS):
        assert faults(fixed, DEADLINE) == []


class Passes:
    def one(self):
        """End, and so does two."""

    two = one

    def check(self):
        """Find nothing wrong."""


class Raises(Passes):
    def two(self):
        raise KeyError("b")


class FailsCheck(Passes):
    def check(self):
        raise AssertionError("1 for 2")


class NeverEnds(Passes):
    def one(self):
        threading.Event().wait()

    two = one


@pytest.mark.parametrize(
    ("kind", "deadline", "found"),
    [
        (Passes, DEADLINE, []),
        (Raises, DEADLINE, ["KeyError in a thread: 'b'"]),
        (FailsCheck, DEADLINE, ["check: 1 for 2"]),
        (NeverEnds, 0.1, ["thread 1 never ended", "thread 2 never ended"]),
    ],
)
def test_a_plain_run_notices(kind, deadline, found):
    assert faults(kind, deadline) == found
