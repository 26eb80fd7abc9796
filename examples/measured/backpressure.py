"""Measure what a pool holds in memory while it works through a long generator.

Prints one JSON object: for each way and repetition, the most items that had been
taken from the generator and not yet consumed, and the peak of the memory that Python
allocated for them (`tracemalloc`), in bytes.
"""

import json
import os
import queue
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

REPETITIONS = 3
ITEMS = 2_000
SIZE = 10_000  # bytes of one item
WORKERS = 4
AHEAD = 16  # items that may wait


class Ledger:
    """Counts the items between the generator and their consumer."""

    def __init__(self) -> None:
        self.lock, self.taken, self.consumed, self.most = threading.Lock(), 0, 0, 0

    def items(self) -> Iterator[bytes]:
        for _ in range(ITEMS):
            with self.lock:
                self.taken += 1
                self.most = max(self.most, self.taken - self.consumed)
            yield bytes(SIZE)

    def consume(self, _: int) -> None:
        with self.lock:
            self.consumed += 1


def with_map(ledger: Ledger, pool: ThreadPoolExecutor) -> None:
    for result in pool.map(len, ledger.items()):
        ledger.consume(result)


def with_semaphore(ledger: Ledger, pool: ThreadPoolExecutor) -> None:
    free = threading.BoundedSemaphore(AHEAD)

    def done(future: Future[int]) -> None:
        ledger.consume(future.result())
        free.release()

    for item in ledger.items():
        free.acquire()
        pool.submit(len, item).add_done_callback(done)


def with_queue(ledger: Ledger, pool: ThreadPoolExecutor) -> None:
    waiting: queue.Queue[bytes | None] = queue.Queue(AHEAD)

    def work() -> None:
        while (item := waiting.get()) is not None:
            ledger.consume(len(item))

    workers = [pool.submit(work) for _ in range(WORKERS)]
    for item in ledger.items():
        waiting.put(item)
    for _ in workers:
        waiting.put(None)
    for worker in workers:
        worker.result()


Way = Callable[[Ledger, ThreadPoolExecutor], None]

WAYS: dict[str, Way] = {
    "map": with_map,
    "submit with a semaphore": with_semaphore,
    "a bounded queue": with_queue,
}

if sys.version_info >= (3, 14):

    def with_buffersize(ledger: Ledger, pool: ThreadPoolExecutor) -> None:
        for result in pool.map(len, ledger.items(), buffersize=AHEAD):
            ledger.consume(result)

    WAYS = {"map": with_map, "map with buffersize": with_buffersize} | WAYS


def run(way: Way) -> tuple[int, int]:
    """Return (most items between generator and consumer, peak bytes)."""
    ledger = Ledger()
    tracemalloc.start()
    with ThreadPoolExecutor(WORKERS) as pool:
        way(ledger, pool)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return ledger.most, peak


def measure() -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {name: {"items": [], "bytes": []} for name in WAYS}
    for _ in range(REPETITIONS):
        for name, way in WAYS.items():
            items, peak = run(way)
            found[name]["items"].append(items)
            found[name]["bytes"].append(peak)
    return found


def main() -> None:
    about: dict[str, object] = {
        "python": sys.version,
        "cores": os.cpu_count(),
        "repetitions": REPETITIONS,
    }
    about |= {"total": ITEMS, "size": SIZE, "workers": WORKERS, "ahead": AHEAD}
    print(json.dumps(about | {"measurements": measure()}))


if __name__ == "__main__":
    main()
