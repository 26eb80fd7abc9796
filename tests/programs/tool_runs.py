"""One tool on one program of the corpus, in this process: tool_runs.py TOOL PROGRAM CLASS SECONDS

Prints one line of JSON, {"verdict": …, "says": …}. It needs nothing but the tool: it runs
wherever the tool does.
"""

import importlib
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "docs/_site"))

from tool_record import ALL, BREAKS, NONE, NOTHING, WITHIN

SWITCH_INTERVAL = 1e-6  # seconds
ROUNDS = 1000  # of a stress test, unless its time is over before
STUCK = 3.0  # seconds until a stress test takes threads for deadlocked
SAMPLES = 200  # random orders
BOUND = 2  # preemptions in an order, the default of both bounded searches
HARNESS = """

import threading


def _run(kind):
    program = kind()
    bodies = [getattr(program, n) for n in ("one", "two", "three") if hasattr(program, n)]
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    program.check()


def test_Bad():
    _run(Bad)


def test_Fixed():
    _run(Fixed)
"""  # makes a program of the corpus a test


def bodies(program):
    """Return the methods of a program that are the bodies of its threads."""
    return [getattr(program, name) for name in ("one", "two", "three") if hasattr(program, name)]


def faults(kind, deadline):
    """Run the threads of a program once, `deadline` seconds at most; return all that went wrong."""
    found = []
    program = kind()
    together = threading.Barrier(len(bodies(program)))

    def run(body):
        together.wait()
        body()

    def note(failure):  # of the threads that a program starts, too
        found.append(f"{failure.exc_type.__name__} in a thread: {failure.exc_value}")

    threads = [
        threading.Thread(target=run, args=[body], name=body.__name__, daemon=True)
        for body in bodies(program)
    ]
    before, threading.excepthook = threading.excepthook, note
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(deadline)
        stuck = [number for number, thread in enumerate(threads, 1) if thread.is_alive()]
    finally:
        threading.excepthook = before
    found += [f"thread {number} never ended" for number in stuck]
    if not found:
        try:
            program.check()
        except AssertionError as error:
            found.append(f"check: {error}")
    return found


def stress(kind, seconds):
    """Run plain threads again and again, with a switch interval that is as short as it can be."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    end = time.monotonic() + seconds
    for number in range(1, ROUNDS + 1):
        if found := faults(kind, STUCK):
            return BREAKS, f"round {number}: {found[0]}"
        if time.monotonic() > end:
            break
    return NOTHING, f"{number} rounds"


def frontrun(kind, seconds, **options):
    os.environ["FRONTRUN_ACTIVE"] = "1"
    import frontrun

    def holds(program):
        try:
            program.check()
        except AssertionError:
            return False
        return True

    began = time.monotonic()
    result = frontrun.explore(
        setup=kind,
        workers=bodies(kind),
        invariant=holds,
        clock="virtual",
        total_timeout=seconds,
        reproduce_on_failure=0,
        **options,
    )
    if result.property_holds is None:
        return NONE, result.inconclusive_reason
    if not result.property_holds:
        return BREAKS, result.explanation
    said = f"property_holds after {result.num_explored} orders"
    if time.monotonic() - began > seconds or options.get("strategy") == "random":
        return NOTHING, said  # it says so after any part of the search, too
    return (ALL if "preemption_bound" in options else WITHIN.format(BOUND)), said


def interleave(kind, _, **options):
    import interleave_test

    def model():
        program = kind()
        tasks = [interleave_test.spawn(body) for body in bodies(program)]
        for task in tasks:
            task.join()
        program.check()

    try:
        result = interleave_test.explore(model, timeout=STUCK, **options)
    except (interleave_test.RaceFound, interleave_test.DeadlockError) as error:
        return BREAKS, str(error)
    except interleave_test.HangError as error:
        return NONE, str(error)
    said = f"ok after {result.schedules_run} schedules, exhausted={result.exhausted}"
    return (WITHIN.format(BOUND) if result.exhausted else NOTHING), said


TOOLS = {
    "stress": stress,
    "frontrun": frontrun,
    "frontrun-unbounded": lambda *a: frontrun(*a, preemption_bound=None),
    "frontrun-random": lambda *a: frontrun(*a, strategy="random", seed=1, max_attempts=SAMPLES),
    "interleave-dfs": lambda *a: interleave(
        *a, strategy="dfs", max_preemptions=BOUND, iterations=sys.maxsize
    ),
    "interleave-random": lambda *a: interleave(*a, seed=1, iterations=SAMPLES),
}


def is_of_program(error, module):
    """Tell whether `error` comes from a thread of the program, not from the tool itself."""
    if type(error).__module__.partition(".")[0] in {"frontrun", "interleave_test"}:
        return False
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return module.__file__ in files


def main(tool, program, kind, seconds):
    module = importlib.import_module(f"corpus.{program}")
    try:
        verdict, says = TOOLS[tool](getattr(module, kind), float(seconds))
    except Exception as error:
        verdict = BREAKS if is_of_program(error, module) else NONE
        says = f"{type(error).__name__}: {error}"
    print(json.dumps({"verdict": verdict, "says": str(says)[:300]}), flush=True)
    os._exit(0)  # a deadlock that was found does not end


if __name__ == "__main__":
    main(*sys.argv[1:])
