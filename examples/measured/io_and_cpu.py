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
from collections.abc import Callable, Iterator
from functools import partial

REPETITIONS = 3
WORKERS = (1, 2, 4, 8)
WAITS = 8
WAIT = 0.02  # seconds: a quick answer over the network
COMPUTATIONS = 4
STEPS = 500_000  # additions: a few tens of milliseconds of pure Python

Action = Callable[[], object]
Way = tuple[str, str, int, Action]

POOLS: dict[str, Callable[[int], concurrent.futures.Executor]] = {
    "threads": concurrent.futures.ThreadPoolExecutor,
    "processes": concurrent.futures.ProcessPoolExecutor,
}
if sys.version_info >= (3, 14):
    POOLS["subinterpreters"] = concurrent.futures.InterpreterPoolExecutor


def wait(_: int) -> None:
    time.sleep(WAIT)


def compute(_: int) -> int:
    total = 0
    for number in range(STEPS):
        total += number
    return total


def loop_with(workers: int) -> None:
    asyncio.run(wait_in_event_loop(workers))


async def wait_in_event_loop(workers: int) -> None:
    limit = asyncio.Semaphore(workers)

    async def one() -> None:
        async with limit:
            await asyncio.sleep(WAIT)

    await asyncio.gather(*(one() for _ in range(WAITS)))


def seconds(action: Action) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def mapped(
    pool: concurrent.futures.Executor, work: Callable[[int], object], tasks: int
) -> list[object]:
    return list(pool.map(work, range(tasks)))


def ways(pools: dict[tuple[str, int], concurrent.futures.Executor]) -> Iterator[Way]:
    """Yield (kind of work, way, workers, the action to be timed)."""
    yield "I/O-bound", "one after another", 1, lambda: list(map(wait, range(WAITS)))
    yield "CPU-bound", "one after another", 1, lambda: list(map(compute, range(COMPUTATIONS)))
    for (way, workers), pool in pools.items():
        yield "I/O-bound", way, workers, partial(mapped, pool, wait, WAITS)
        if workers <= COMPUTATIONS:
            yield "CPU-bound", way, workers, partial(mapped, pool, compute, COMPUTATIONS)
    for workers in WORKERS:
        yield "I/O-bound", "asyncio", workers, partial(loop_with, workers)


def measure() -> list[dict[str, object]]:
    """Return a list of {"work", "way", "workers", "seconds": [one a repetition]}."""
    pools = {(way, n): kind(n) for way, kind in POOLS.items() for n in WORKERS[1:]}
    for (_, workers), pool in pools.items():
        list(pool.map(wait, range(2 * workers)))  # start the workers
    found: list[tuple[Way, list[float]]] = [(way, []) for way in ways(pools)]
    for _ in range(REPETITIONS):
        for (*_, action), times in found:
            times.append(seconds(action))
    for pool in pools.values():
        pool.shutdown()
    return [
        {"work": work, "way": way, "workers": workers, "seconds": times}
        for (work, way, workers, _), times in found
    ]


def main() -> None:
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | {"measurements": measure()}))


if __name__ == "__main__":
    main()
