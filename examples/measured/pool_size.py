"""Measure how the size of a thread pool changes throughput and the time that tasks wait.

Prints one JSON object: for each kind of task, each pool size and each repetition, the
tasks done a second and the median seconds between `submit` and the start of a task.
All tasks are submitted at once. Wall-clock time, `time.perf_counter`.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

REPETITIONS = 3
TASKS = 32
STEPS = 30_000  # additions: about two milliseconds of pure Python


def wait(seconds: float) -> None:
    time.sleep(seconds)


def mixed() -> None:
    """Wait, then compute about as long: a download and what is done with it."""
    time.sleep(0.002)
    total = 0
    for number in range(STEPS):
        total += number


KINDS: dict[str, tuple[Callable[[], None], tuple[int, ...]]] = {
    "waits 1 ms": (partial(wait, 0.001), (1, 2, 4, 8, 16, 32)),
    "waits 10 ms": (partial(wait, 0.01), (1, 2, 4, 8, 16, 32)),
    "waits 100 ms": (partial(wait, 0.1), (8, 16, 32)),
    "waits 2 ms, then computes": (mixed, (1, 2, 4, 8, 16, 32)),
}


def run(task: Callable[[], None], size: int) -> tuple[float, float]:
    """Return (tasks a second, median seconds that a task waited for a worker)."""
    waits: list[float] = []

    def timed(submitted: float) -> None:
        waits.append(time.perf_counter() - submitted)
        task()

    with ThreadPoolExecutor(size) as pool:
        list(pool.map(lambda _: time.sleep(0.001), range(size)))  # start the workers
        started = time.perf_counter()
        futures = [pool.submit(timed, time.perf_counter()) for _ in range(TASKS)]
        for future in futures:
            future.result()
        return TASKS / (time.perf_counter() - started), median(waits)


def measure() -> list[dict[str, object]]:
    found: dict[tuple[str, int], list[tuple[float, float]]] = {
        (kind, size): [] for kind, (_, sizes) in KINDS.items() for size in sizes
    }
    for _ in range(REPETITIONS):
        for (kind, size), runs in found.items():
            runs.append(run(KINDS[kind][0], size))
    return [
        {
            "kind": kind,
            "size": size,
            "throughput": [throughput for throughput, _ in runs],
            "waited": [waited for _, waited in runs],
        }
        for (kind, size), runs in found.items()
    ]


def main() -> None:
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | {"tasks": TASKS, "measurements": measure()}))


if __name__ == "__main__":
    main()
