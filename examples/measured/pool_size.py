"""Measure how the size of a thread pool changes throughput and the time that tasks wait.

Prints one JSON object: for each kind of task, each pool size and each repetition, the
tasks done a second and the median seconds between `submit` and the start of a task.
All tasks are submitted at once. Wall-clock time, `time.perf_counter`.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

REPETITIONS = 3
TASKS = 32
STEPS = 30_000  # additions: about two milliseconds of pure Python


def wait(seconds):
    time.sleep(seconds)


def mixed():
    """Wait, then compute about as long: a download and what is done with it."""
    time.sleep(0.002)
    total = 0
    for number in range(STEPS):
        total += number


KINDS = {
    "waits 1 ms": (partial(wait, 0.001), (1, 2, 4, 8, 16, 32)),
    "waits 10 ms": (partial(wait, 0.01), (1, 2, 4, 8, 16, 32)),
    "waits 100 ms": (partial(wait, 0.1), (8, 16, 32)),
    "waits 2 ms, then computes": (mixed, (1, 2, 4, 8, 16, 32)),
}


def run(task, size):
    """Return (tasks a second, median seconds that a task waited for a worker)."""
    waited = []

    def timed(submitted):
        waited.append(time.perf_counter() - submitted)
        task()

    with ThreadPoolExecutor(size) as pool:
        list(pool.map(lambda _: time.sleep(0.001), range(size)))  # start the workers
        started = time.perf_counter()
        futures = [pool.submit(timed, time.perf_counter()) for _ in range(TASKS)]
        for future in futures:
            future.result()
        return TASKS / (time.perf_counter() - started), median(waited)


def measure():
    found = [
        {"kind": kind, "size": size, "throughput": [], "waited": []}
        for kind, (_, sizes) in KINDS.items()
        for size in sizes
    ]
    for _ in range(REPETITIONS):
        for row in found:
            throughput, waited = run(KINDS[row["kind"]][0], row["size"])
            row["throughput"].append(throughput)
            row["waited"].append(waited)
    return found


def main():
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | {"tasks": TASKS, "measurements": measure()}))


if __name__ == "__main__":
    main()
