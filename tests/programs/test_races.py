"""The races of examples/proved: found in every run, and the mended versions certified.

RACES=100 in the environment runs each 100 times; engine.elsewhere asks for a few.
"""

import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import load
from engine import ROOT, fences
from engine.outputs import Rule

FOLDER = ROOT / "examples/proved"
PAGE = ROOT / "docs/proved/testing.md"
DEADLINE = 20  # seconds until a test that hangs fails
RUNS = int(os.environ.get("RACES", "20"))
RACES = {
    "lost_update": ("Counter", "LockedCounter"),
    "check_then_act": ("Account", "LockedAccount"),
    "lazy_initialisation": ("Lazy", "LockedLazy"),
    "lost_wake_up": ("Mailbox", "PatientMailbox"),
    "lock_order": ("Transfer", "OrderedTransfer"),
}

with_frontrun = pytest.mark.skipif(
    importlib.util.find_spec("frontrun") is None, reason="frontrun has no wheel for this CPython"
)


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@with_frontrun
@pytest.mark.parametrize("race", RACES)
def test_it_is_found_and_its_mend_certified_in_every_run(race):
    racy, mended = RACES[race]
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        answers = list(pool.map(run, [FOLDER / f"{race}.py"] * RUNS))
    assert [answer.stderr for answer in answers if answer.returncode] == []
    verdicts = [
        [
            line.split(",")[0]
            for line in answer.stdout.splitlines()
            if line.startswith((racy, mended))
        ]
        for answer in answers
    ]
    expected = [f"{racy}: found", f"{mended}: certified"]
    assert [verdict for verdict in verdicts if verdict != expected] == []
    block = next(
        block
        for block in fences.blocks(PAGE.read_text("utf-8"))
        if block.program == f"examples/proved/{race}.py"
    )
    rule = Rule(varies=tuple(block.marks.get("varies", ())))
    shown = rule.canonical(block.shown)
    assert {rule.canonical(answer.stdout) for answer in answers} == {shown}


def test_every_race_is_here_and_on_the_page():
    shown = set(fences.programs(PAGE))
    assert shown == {f"examples/proved/{race}.py" for race in RACES}
    programs = {path.stem for path in FOLDER.glob("*.py")}
    assert programs == {*RACES, "interleavings"}


ONE_AFTER_ANOTHER = {
    "lost_update": (["increment", "increment"], lambda counter: counter.value == 2),
    "check_then_act": (["withdraw", "withdraw"], lambda account: account.balance == 0),
    "lazy_initialisation": (["use", "use"], lambda lazy: len({*map(id, lazy.given)}) == 1),
    "lost_wake_up": (["put", "take"], lambda box: box.taken == "a letter" and not box.letters),
    "lock_order": (
        ["there", "back", "there"],
        lambda both: (both.a.balance, both.b.balance) == (90, 110),
    ),
}


@with_frontrun
@pytest.mark.parametrize("race", RACES)
def test_one_after_another_each_class_does_its_work(race):
    """What is found needs a second thread: a race is no mistake of one."""
    program = load.program(f"proved/{race}")
    methods, holds = ONE_AFTER_ANOTHER[race]
    for name in RACES[race]:
        shared = getattr(program, name)()
        for method in methods:
            getattr(shared, method)()
        assert holds(shared)


@pytest.mark.parametrize("patient", [False, True])
@with_frontrun
def test_a_letter_that_comes_late_is_waited_for(patient):
    program = load.program("proved/lost_wake_up")
    box = getattr(program, RACES["lost_wake_up"][patient])()
    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(box.take)
        while not (box.arrived._cond._waiters or taking.done()):  # it has looked, and waits
            pass
        box.put()
        taking.result(DEADLINE)
    assert box.taken == "a letter"


@with_frontrun
@pytest.mark.parametrize("race", RACES)
def test_the_search_sees_a_mend_undone(race):
    """A mended class whose mend is taken out must not be certified."""
    racy, mended = RACES[race]
    lines = [
        "import os",
        "os.environ['FRONTRUN_ACTIVE'] = '1'",
        f"import {race} as race",
        f"class Undone(race.{mended}):",
        "    pass",
        f"for name, value in vars(race.{racy}).items():",
        "    if callable(value) and name != '__init__':",
        "        setattr(Undone, name, value)",
        "print(race.explore(Undone).property_holds)",
    ]
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (answer.stdout, answer.stderr) == ("False\n", "")
