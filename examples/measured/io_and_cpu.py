"""Measure how work that waits and work that computes speed up with the number of workers.

Prints one JSON object: the wall-clock seconds (`time.perf_counter`) of every repetition,
for each kind of work, each way to run it and each number of workers. The ways are taken
in turn, so that a busy moment of the machine does not fall on one of them alone.
"""

import asyncio
import concurrent.futures
import json
import os
import sys
import time
from functools import partial

REPETITIONS = 3
WORKERS = (1, 2, 4, 8)
WAITS = 8
WAIT = 0.02  # seconds: a quick answer over the network
COMPUTATIONS = 4
STEPS = 500_000  # additions: a few tens of milliseconds of pure Python

POOLS = {
    "threads": concurrent.futures.ThreadPoolExecutor,
    "processes": concurrent.futures.ProcessPoolExecutor,
}
if sys.version_info >= (3, 14):
    POOLS["subinterpreters"] = concurrent.futures.InterpreterPoolExecutor


def wait(_):
    time.sleep(WAIT)


def compute(_):
    total = 0
    for number in range(STEPS):
        total += number
    return total


def loop_with(workers):
    asyncio.run(wait_in_event_loop(workers))


async def wait_in_event_loop(workers):
    limit = asyncio.Semaphore(workers)

    async def one():
        async with limit:
            await asyncio.sleep(WAIT)

    await asyncio.gather(*(one() for _ in range(WAITS)))


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def mapped(pool, work, tasks):
    return list(pool.map(work, range(tasks)))


def ways(pools):
    """Yield (kind of work, way, workers, the action to be timed)."""
    yield "I/O-bound", "one after another", 1, lambda: list(map(wait, range(WAITS)))
    yield "CPU-bound", "one after another", 1, lambda: list(map(compute, range(COMPUTATIONS)))
    for (way, workers), pool in pools.items():
        yield "I/O-bound", way, workers, partial(mapped, pool, wait, WAITS)
        if workers <= COMPUTATIONS:
            yield "CPU-bound", way, workers, partial(mapped, pool, compute, COMPUTATIONS)
    for workers in WORKERS:
        yield "I/O-bound", "asyncio", workers, partial(loop_with, workers)


def measure():
    """Return a list of {"work", "way", "workers", "seconds": [one a repetition]}."""
    pools = {(way, n): kind(n) for way, kind in POOLS.items() for n in WORKERS[1:]}
    for (_, workers), pool in pools.items():
        list(pool.map(wait, range(2 * workers)))  # start the workers
    found = [(*what, action, []) for *what, action in ways(pools)]
    for _ in range(REPETITIONS):
        for *_, action, times in found:
            times.append(seconds(action))
    for pool in pools.values():
        pool.shutdown()
    return [
        {"work": work, "way": way, "workers": workers, "seconds": times}
        for work, way, workers, _, times in found
    ]


def main():
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | {"measurements": measure()}))


if __name__ == "__main__":
    main()
