"""Tell whether threads speed up a function: it waits, is held by the GIL, or scales.

Usage: python measure_yours.py [module:function] [--json]

Runs the function one call after another, then on 1, 2, 4 and 8 threads and processes, in
turn and several times. The function takes no arguments and may be called at any time, by
several threads at once. The module is looked for in the working directory first; without
a name, the function is one of samples.py.
"""

import argparse
import importlib
import inspect
import json
import os
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from statistics import median

REPETITIONS = 3
WORKERS = (1, 2, 4, 8)
TASKS = 8
SHORTEST = 0.008  # seconds of one task: shorter calls are repeated within it
LONGEST = 2.0  # seconds of one call: more than that takes minutes in all


class CannotMeasure(Exception):
    """The function cannot be measured; the message says why and what to do."""


def load(name):
    """Return the function that "module:function" names."""
    module, _, attribute = name.partition(":")
    if not (module and attribute):
        raise CannotMeasure(f"{name}: write it as module:function")
    try:
        found = importlib.import_module(module)
    except Exception as error:
        raise CannotMeasure(f"{module} cannot be imported: {_short(error)}") from error
    function = getattr(found, attribute, None)
    if not callable(function):
        raise CannotMeasure(f"{module} has no function {attribute}")
    if inspect.iscoroutinefunction(function):
        raise CannotMeasure(f"{name} is a coroutine function: asyncio runs it, not threads")
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise CannotMeasure(
            f"{name}: {error}; write a function without arguments that calls it"
        ) from None
    except ValueError:
        pass  # some functions written in C have no signature
    return function


def calls_a_task(function, name):
    """Return how often a task calls the function, and the part of it that computes (0 to 1)."""
    try:
        function()
        started = time.perf_counter()
        function()
    except Exception as error:
        raise CannotMeasure(f"{name} raised {_short(error)}") from error
    taken = time.perf_counter() - started
    if taken > LONGEST:
        raise CannotMeasure(f"{name} takes {taken:.1f} s: give it less to do, 0.1 s is enough")
    calls = max(1, round(SHORTEST / max(taken, 1e-7)))
    return calls, max(part_that_computes(function, calls) for _ in range(3))


def part_that_computes(function, calls):
    busy, started = time.thread_time(), time.perf_counter()
    task(function, calls)
    return (time.thread_time() - busy) / (time.perf_counter() - started)


def task(function, calls):
    for _ in range(calls):
        function()


def task_of(name, calls):
    """Run a task in a process, which imports the function itself."""
    task(load(name), calls)


def mapped(pool, run, what, calls):
    return list(pool.map(run, [what] * TASKS, [calls] * TASKS))


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure(name):
    """Return {"calls", "computes", "speed_ups": {pool: {workers: [of each repetition]}}}."""
    function = load(name)
    calls, computes = calls_a_task(function, name)
    actions = {}
    for workers in WORKERS:
        threads, processes = ThreadPoolExecutor(workers), ProcessPoolExecutor(workers)
        actions["threads", workers] = threads, task, function
        actions["processes", workers] = processes, task_of, name
    speed_ups = {"threads": {n: [] for n in WORKERS}, "processes": {n: [] for n in WORKERS}}
    try:
        for (_, workers), (pool, run, what) in actions.items():
            list(pool.map(run, [what] * 2 * workers, [1] * 2 * workers))  # start the workers
        for _ in range(REPETITIONS):
            alone = seconds(lambda: [task(function, calls) for _ in range(TASKS)])
            for (kind, workers), (pool, run, what) in actions.items():
                taken = seconds(partial(mapped, pool, run, what, calls))
                speed_ups[kind][workers].append(alone / taken)
    except BrokenProcessPool:
        raise CannotMeasure(f"{name} ended the process that called it") from None
    except CannotMeasure:
        raise
    except Exception as error:
        raise CannotMeasure(f"{name} raised beside other calls: {_short(error)}") from error
    finally:
        for pool, *_ in actions.values():
            pool.shutdown(cancel_futures=True)
    return {"calls": calls, "computes": computes, "speed_ups": speed_ups}


def verdict(computes, threads, cores, gil):
    """Return (verdict, reason) from the part that computes and {threads: speed-up}."""
    best = max(threads.values())
    share = f"{computes:.0%} of a call computes"
    if computes < 0.3:  # a busy machine makes it less than it is
        if best >= 1.5:
            return "waits", f"{share}, the rest waits, and the waits of threads overlap"
        return "held by something shared", f"{share}, yet the waits do not overlap: look for a lock"
    if cores < 2:
        raise CannotMeasure("this process has one core: nothing that computes speeds up here")
    if best >= 1.4:
        return "scales", f"{share}, and threads compute side by side"
    if gil:
        return "held by the GIL", f"{share}, and one thread at a time runs Python code"
    return "held by something shared", f"{share}, without a GIL: look for shared objects and locks"


def report(found):
    """Return the result as text, with a bar for each number of workers."""
    lines = [f"{found['function']}: {found['verdict']}", f"  {found['reason']}"]
    for kind, by_workers in found["speed_ups"].items():
        for workers, values in by_workers.items():
            middle = median(values)
            bar = "█" * round(4 * middle)
            lines.append(f"{workers:>3} {kind:<10} {bar} {middle:.1f} times")
    return "\n".join(lines)


def _cores():
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _short(error):
    """Return an exception as "ValueError: message (file.py:3)"."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename != __file__ and "importlib" not in f.filename]
    place = f" ({os.path.basename(own[-1].filename)}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


def main():
    parser = argparse.ArgumentParser(description="Tell whether threads speed up a function.")
    parser.add_argument("function", metavar="module:function", nargs="?", default="samples:compute")
    parser.add_argument("--json", action="store_true", help="print everything that was measured")
    options = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    try:
        found = {"function": options.function} | measure(options.function)
        gil = getattr(sys, "_is_gil_enabled", lambda: True)()
        medians = {n: median(values) for n, values in found["speed_ups"]["threads"].items()}
        found["verdict"], found["reason"] = verdict(found["computes"], medians, _cores(), gil)
    except CannotMeasure as error:
        sys.exit(f"measure_yours.py: {error}")
    about = {"python": sys.version, "cores": _cores(), "repetitions": REPETITIONS}
    print(json.dumps(about | found) if options.json else report(found))


if __name__ == "__main__":
    main()
