"""Tell whether threads speed up a function: it waits, is held by the GIL, or scales.

Usage: python measure_yours.py [module:function] [--verdict] [--json]

Calls the function on one thread and on two, in turn and often, beside a control that is
known to scale; where the system counts how long a thread waited for a free core (Linux),
that is left out. Then calls it on 1, 2, 4 and 8 threads and processes. What noise could
have made is "too noisy to tell". The function takes no arguments and may be called at any
time, by several threads at once. The module is looked for in the working directory first;
without a name, the function is one of samples.py.
"""

import argparse
import contextlib
import faulthandler
import hashlib
import importlib
import inspect
import json
import math
import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

Function = Callable[[], object]


class Taken(NamedTuple):
    """What the slowest of some threads took for its calls, in seconds."""

    wall: float  # from the start of all to its last return
    own: float  # without waiting for a core
    busy: float  # on a core

    @property
    def undisturbed(self) -> bool:
        return self.own > 0.75 * self.wall


ROUNDS, LEAST = 25, 9  # undisturbed ones: as many as wanted, as few as will do
REPETITIONS = 5  # for each number of workers; fewer if time is up
BUDGET = 10.0  # seconds for all rounds; twice as many for the numbers of workers
WORKERS = (1, 2, 4, 8)
TASK = 0.02  # seconds of work for one thread: some turns at the GIL, 5 ms each
LONGEST = 0.2  # seconds of one call: more than that takes minutes in all
DEADLINE = 10.0  # seconds for one measurement
NOISY = "too noisy to tell"
HELD = "held by something shared"
DATA = bytes(2_000_000)  # milliseconds a call


class CannotMeasure(Exception):
    """The function cannot be measured; the message says why and what to do."""


def control() -> None:
    """Compute in C without the GIL, on nothing that is shared: this scales."""
    hashlib.sha256(DATA).digest()


def load(name: str) -> Function:
    """Return the function that "module:function" names."""
    module, _, attribute = name.partition(":")
    if not (module and attribute):
        raise CannotMeasure(f"{name}: write it as module:function")
    try:
        found = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise CannotMeasure(f"{module} cannot be imported: {_short(error)}") from error
    function: Any = getattr(found, attribute, None)
    if not callable(function):
        raise CannotMeasure(f"{module} has no function {attribute}")
    if inspect.iscoroutinefunction(function):
        raise CannotMeasure(f"{name} is a coroutine function: asyncio runs it, not threads")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise CannotMeasure(f"{name} is a generator function: a call of it runs nothing")
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise CannotMeasure(
            f"{name}: {error}; write a function without arguments that calls it"
        ) from None
    except ValueError:
        pass  # some functions written in C have no signature
    return function  # type: ignore[no-any-return]  # what a module holds has no type here


def waited_for_a_core() -> float:
    """Return the seconds this thread has been ready to run while others had the cores."""
    try:
        with open("/proc/thread-self/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0  # not Linux: a busy machine then shows in the control


def on_threads(function: Function, count: int, calls: int) -> Taken:
    """Call the function `calls` times on each of `count` threads at once.

    Raise CannotMeasure if a call raises, or if one has not returned by the deadline.
    """
    started: list[float] = []
    gate = threading.Barrier(count, action=lambda: started.append(time.perf_counter()))
    taken: list[Taken] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            before = waited_for_a_core()
            gate.wait()
            busy = time.thread_time()
            for _ in range(calls):
                function()
            busy, ended = time.thread_time() - busy, time.perf_counter()
            wall = ended - started[0]
            taken.append(Taken(wall, max(busy, wall - waited_for_a_core() + before), busy))
        except BaseException as error:  # SystemExit would end the thread without a word
            errors.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    # For C code that keeps the GIL, or every look at the frames of a free-threaded build, waiting.
    faulthandler.dump_traceback_later(1.5 * DEADLINE, exit=True, file=2)
    for thread in threads:
        thread.start()
    until = time.monotonic() + DEADLINE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    beside = f" on {count} threads" if count > 1 else ""
    frames = sys._current_frames() if any(thread.is_alive() for thread in threads) else {}
    faulthandler.cancel_dump_traceback_later()
    if errors:
        raise CannotMeasure(f"raised{beside} {_short(errors[0])}")
    if stuck := [frames[t.ident] for t in threads if t.is_alive() and t.ident in frames]:
        at = [_place(traceback.extract_stack(frame)) for frame in stuck]
        places = "; ".join(f"thread {n} stands at {place}" for n, place in enumerate(at, 1))
        raise CannotMeasure(f"did not return within {DEADLINE:g} s{beside}: {places}")
    return Taken(*map(max, zip(*taken, strict=True)))


@contextlib.contextmanager
def processes(name: str, count: int) -> Iterator[Callable[[int, int], float]]:
    """Start `count` interpreters; yield run(n, calls): seconds in which n of them call it."""
    command = [sys.executable, __file__, "--worker", name]
    # Until main() lets it end them, Ctrl-C leaves them alone; they end with their input, too.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    signal.signal(signal.SIGINT, before)

    def run(n: int, calls: int) -> float:
        began = time.perf_counter()
        for process in started[:n]:
            with contextlib.suppress(OSError):  # it has ended: its answer says so
                print(calls, file=process.stdin, flush=True)
        for process in started[:n]:
            answer = process.stdout.readline() if process.stdout else ""
            if not answer:
                raise CannotMeasure(f"ended the process that called it (status {process.wait()})")
            if error := json.loads(answer):
                raise CannotMeasure(error)
        return time.perf_counter() - began

    try:
        yield run
    finally:
        for process in started:
            process.kill()
            process.communicate()


def worker(name: str) -> None:
    """Call the function as often as each line of standard input says; answer null or an error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        error = None
        try:
            on_threads(load(name), 1, int(line))
        except CannotMeasure as raised:
            error = str(raised)
        print(json.dumps(error), file=answers, flush=True)


def measure(name: str, only_verdict: bool = False) -> dict[str, Any]:
    """Return {"function", "calls"} with what rounds() and, if wanted, speed_ups() return."""
    function = load(name)
    try:
        with processes(name, 1) as run:
            run(1, 1)  # what ends its process must not end this one
        once = [on_threads(function, 1, 1) for _ in range(3)]
        if (own := min(taken.own for taken in once)) > LONGEST:
            raise CannotMeasure(f"takes {own:.2g} s: give it less to do, {TASK:g} s is enough")
        calls = calls_of(once)
        found = {"function": name, "calls": calls} | rounds(function, calls)
        return found if only_verdict else found | speed_ups(name, function, calls)
    except CannotMeasure as error:
        raise CannotMeasure(f"{name} {error}") from error


def calls_of(once: Sequence[Taken]) -> int:
    """Return how many calls make a task, by what one took, some times."""
    # Not by `own`: where nearly all of it was a wait for a core, the calls would take for ever.
    return max(1, round(TASK / min(taken.wall for taken in once)))


def rounds(function: Function, calls: int) -> dict[str, Any]:
    """Compare two threads with one, until enough rounds were undisturbed or time is up.

    Return {"computes", "undisturbed", "pairs", "control"}. The last two are ratios of the work
    of two threads to that of one; "pairs" also say whether both had a core throughout.
    """
    usual = calls_of([on_threads(control, 1, 1) for _ in range(3)])
    pairs: list[tuple[float, bool]] = []
    computes, controls, alone = [], [], []
    until = time.monotonic() + BUDGET
    while sum(good for _, good in pairs) < ROUNDS and time.monotonic() < until:
        one, two = on_threads(function, 1, calls), on_threads(function, 2, calls)
        pairs.append((2 * one.own / two.own, two.undisturbed))
        computes.append(one.busy / one.own)
        one, two = on_threads(control, 1, usual), on_threads(control, 2, usual)
        controls.append(2 * one.own / two.own)
        alone.append(one.busy / one.own)
    return {
        "computes": median(computes),
        "undisturbed": median(alone),
        "pairs": pairs,
        "control": controls,
    }


def speed_ups(name: str, function: Function, calls: int) -> dict[str, Any]:
    """Return {"repetitions", "speed_ups": {kind: {workers: ratios to one thread}}}."""
    total = max(WORKERS[-1], 4 * calls)
    with processes(name, max(WORKERS)) as run:
        run(max(WORKERS), 1)  # they have started and imported
        kinds = {"threads": lambda n, calls: on_threads(function, n, calls).wall, "processes": run}
        found: dict[str, Any] = {kind: {n: [] for n in WORKERS} for kind in kinds}
        until, repetitions = time.monotonic() + 2 * BUDGET, 0
        while repetitions < REPETITIONS and time.monotonic() < until:
            repetitions += 1
            one = on_threads(function, 1, total).wall
            for n in WORKERS:
                for kind, seconds in kinds.items():
                    found[kind][n].append(one / seconds(n, total // n))
    return {"repetitions": repetitions, "speed_ups": found}


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return where the median lies, with 99 % confidence, whatever the distribution."""
    ordered, middle = sorted(values), (len(values) - 1) / 2
    reach = 1.3 * math.sqrt(len(values))
    first, last = math.floor(middle - reach), math.ceil(middle + reach)
    return ordered[max(first, 0)], ordered[min(last, len(values) - 1)]


def verdict(found: dict[str, Any], cores: int, gil: bool) -> tuple[str, str]:
    """Return (verdict, reason) from what measure() returns; noise decides nothing.

    That threads stop each other shows on a busy machine, too. That they do not shows only
    while both have a core.
    """
    computes, usual = found["computes"], median(found["control"])
    good = [ratio for ratio, undisturbed in found["pairs"] if undisturbed]
    ratios = good if len(good) >= LEAST else [ratio for ratio, _ in found["pairs"]]
    low, high = interval(ratios)
    share = f"{computes:.0%} of a call computes"
    work = f"two threads do {median(ratios):.1f} times the work of one ({low:.1f} to {high:.1f})"
    waits = computes < 0.8
    bar = 1.4 if waits else 1 + (usual - 1) / 3  # what nobody would call a speed-up
    if not waits and cores < 2:
        raise CannotMeasure("this process has one core: nothing that computes speeds up here")
    if len(ratios) < LEAST:
        return NOISY, f"time was up after {len(ratios)} rounds"
    if computes >= 0.3 and found["undisturbed"] < 0.8:
        return NOISY, f"other programs took {1 - found['undisturbed']:.0%} of the control's time"
    if computes >= 0.3 and usual < (1.4 if gil else 1.7):  # not even what scales does here
        return NOISY, f"two threads of the control, which scales, did {usual:.1f} times the work"
    if high < bar and computes < 0.5:
        return HELD, f"{share}, yet the waits do not overlap: {work}; look for a lock"
    if high < bar and gil:
        return "held by the GIL", f"{share}, one thread at a time: {work}; a lock would do the same"
    if high < bar:
        return HELD, f"{share}, without a GIL, yet {work}: look for shared objects and locks"
    if len(good) < LEAST:
        return NOISY, f"two threads had a core each in {len(good)} of {len(found['pairs'])} rounds"
    if low < bar:
        return NOISY, f"{share}, and {work}"
    if waits:
        return "waits", f"{share}, the rest waits, and the waits of threads overlap: {work}"
    return "scales", f"{share}, and threads compute side by side: {work}"


def report(found: dict[str, Any]) -> str:
    """Return the result as text, with a bar for each number of workers."""
    lines = [f"{found['function']}: {found['verdict']}", f"  {found['reason']}"]
    for kind, by_workers in found.get("speed_ups", {}).items():
        for workers, values in by_workers.items():
            bar = "█" * round(4 * median(values))
            spread = f"{median(values):.1f} times ({min(values):.1f} to {max(values):.1f})"
            lines.append(f"{workers:>3} {kind:<10} {bar} {spread}")
    return "\n".join(lines)


def _cores() -> int:
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _outside(stack: Sequence[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    """Return the frames that are neither of this file nor of the standard library."""
    library = sysconfig.get_path("stdlib") + os.sep
    return [f for f in stack if not f.filename.startswith((library, "<", __file__))]


def _short(error: BaseException) -> str:
    """Return an exception as "ValueError: message (file.py:3)"."""
    own = _outside(traceback.extract_tb(error.__traceback__))
    place = f" ({os.path.basename(own[-1].filename)}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


def _place(stack: Sequence[traceback.FrameSummary]) -> str:
    """Return the innermost line outside the standard library as "file.py:3 in function: text"."""
    at = (_outside(stack) or stack)[-1]
    return f"{os.path.basename(at.filename)}:{at.lineno} in {at.name}: {at.line}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Tell whether threads speed up a function.")
    parser.add_argument("function", metavar="module:function", nargs="?", default="samples:compute")
    parser.add_argument("--verdict", action="store_true", help="do without 1, 2, 4, 8 workers")
    parser.add_argument("--json", action="store_true", help="print everything that was measured")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it even in a call that never returns
    sys.path.insert(0, os.getcwd())
    if options.worker:
        worker(options.function)
        return 0
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what the function prints is no result
            found = measure(options.function, options.verdict)
        gil = getattr(sys, "_is_gil_enabled", lambda: True)()
        found["verdict"], found["reason"] = verdict(found, _cores(), gil)
    except CannotMeasure as error:
        print(f"measure_yours.py: {error}", file=sys.stderr)
        return 1
    about = {"python": sys.version, "cores": _cores()}
    print(json.dumps(about | found) if options.json else report(found))
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # a call that never returns may hold what a usual exit waits for
