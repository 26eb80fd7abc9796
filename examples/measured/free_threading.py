"""Measure what more threads bring to work that computes, by what the threads share.

Prints one JSON object: for each kind of sharing and each number of threads, the steps
done a second in every repetition, and the seconds of one task on one thread.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable

REPETITIONS = 5
THREADS = (1, 2, 4)
STEPS = 250_000  # for each thread


def private(_: int) -> None:
    total = 0
    for number in range(STEPS):
        total += number


class SharedDict:
    def __init__(self) -> None:
        self.counts = dict.fromkeys(range(64), 0)

    def __call__(self, _: int) -> None:
        counts = self.counts
        for number in range(STEPS):
            counts[number & 63] = number


class SharedLock:
    def __init__(self) -> None:
        self.lock, self.total = threading.Lock(), 0

    def __call__(self, _: int) -> None:
        for _ in range(STEPS // 5):
            with self.lock:
                self.total += 1


class Shards:
    """One counter and one lock for each thread, added up when somebody asks."""

    def __init__(self) -> None:
        self.locks = [threading.Lock() for _ in range(max(THREADS))]
        self.totals = [[0] for _ in range(max(THREADS))]

    def __call__(self, number: int) -> None:
        lock, total = self.locks[number], self.totals[number]
        for _ in range(STEPS // 5):
            with lock:
                total[0] += 1


KINDS: dict[str, tuple[Callable[[int], None], int]] = {
    "private data": (private, STEPS),
    "a counter for each thread": (Shards(), STEPS // 5),
    "one shared dict": (SharedDict(), STEPS),
    "one shared lock": (SharedLock(), STEPS // 5),
}


def steps_a_second(work: Callable[[int], None], steps: int, count: int) -> float:
    ready = threading.Barrier(count)
    times: list[tuple[float, float]] = []

    def run(number: int) -> None:
        ready.wait()
        started = time.perf_counter()  # by this thread: another one may get its core late
        work(number)
        times.append((started, time.perf_counter()))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    started = min(start for start, _ in times)
    return count * steps / (max(end for _, end in times) - started)


def fibonacci(number: int) -> int:
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def objects() -> int:
    return sum(len(str(n)) for n in [{"n": n, "square": n * n}["square"] for n in range(60_000)])


ONE_THREAD: dict[str, Callable[[], object]] = {
    "calls": lambda: fibonacci(21),
    "additions": lambda: private(0),
    "objects": objects,
}


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure() -> dict[str, object]:
    rates: dict[tuple[str, int], list[float]] = {(k, n): [] for k in KINDS for n in THREADS}
    alone: dict[str, list[float]] = {name: [] for name in ONE_THREAD}
    for _ in range(REPETITIONS):
        for (kind, count), found in rates.items():
            found.append(steps_a_second(*KINDS[kind], count))
        for name, action in ONE_THREAD.items():
            alone[name].append(seconds(action))
    rows = [
        {"kind": kind, "threads": count, "steps_a_second": found}
        for (kind, count), found in rates.items()
    ]
    return {"measurements": rows, "one_thread_seconds": alone}


def main() -> None:
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | measure()))


if __name__ == "__main__":
    main()
