"""The mutants of programs: what they change, and that nothing of their tests outlives them."""

import importlib.util
import os
import time
from pathlib import Path

import pytest

from engine import ROOT

spec = importlib.util.spec_from_file_location("mutants", ROOT / "tests/programs/mutants.py")
mutants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mutants)

LEAVES = """
import pathlib, subprocess, sys

def test_leaves_a_process():
    hangs = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    process = subprocess.Popen(hangs, start_new_session=True)
    pathlib.Path("pid").write_text(str(process.pid))
    assert "keep" in pathlib.Path("examples/program.py").read_text()
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "examples").mkdir()
    (tmp_path / "tests/programs").mkdir(parents=True)
    (tmp_path / "tests/programs/test_program.py").write_text(LEAVES)
    return tmp_path


def alive(path):
    """Tell whether a process runs; without a parent that asks for it, it may stay as a zombie."""
    try:
        stat = Path("/proc", path.read_text(), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for marks in /proc")
@pytest.mark.parametrize(("text", "survives"), [("keep", True), ("change", False)])
def test_a_process_that_a_test_left_in_its_own_session_is_ended(folder, text, survives):
    assert mutants.survives(folder, "program", text) is survives
    until = time.monotonic() + 20  # seconds: who is killed has gone a moment later
    while alive(folder / "pid") and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(folder / "pid")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for marks in /proc")
def test_no_other_process_is_marked():
    assert [*mutants.marked("another run")] == []
    assert os.getpid() not in mutants.marked("")


def test_each_small_change_is_a_mutant_of_its_own():
    found = [what for _, what, _ in mutants.mutants("if a < b and not c:\n    call()\n")]
    assert sorted(found) == [
        "opposite: a < b",
        "opposite: a < b and (not c)",
        "without not: not c",
        "without: call()",
    ]


def test_what_is_shown_is_left_alone():
    assert [
        *mutants.mutants("def main():\n    call()\nif __name__ == '__main__':\n    main()\n")
    ] == []
