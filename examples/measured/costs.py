"""Measure what threads, pools, queues, locks, processes and subinterpreters cost.

Prints one JSON object: for each action, the seconds of one action in every repetition,
and on Linux the bytes that an idle thread adds to the process.
"""

import json
import multiprocessing
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

REPETITIONS = 5
IDLE_THREADS = 200
CALLS = 100_000  # of what is quickest

Action = Callable[[], object]


def seconds(action: Action, times: int) -> float:
    """Return the seconds of one `action`, the mean of `times` in a row."""
    started = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - started) / times


def nothing() -> None:
    pass


def start_thread() -> None:
    thread = threading.Thread(target=nothing)
    thread.start()
    thread.join()


def start_process() -> None:
    process = multiprocessing.Process(target=nothing)
    process.start()
    process.join()


def hop(times: int) -> float:
    """Return the seconds of one hop of an item between two threads."""
    there: queue.SimpleQueue[None] = queue.SimpleQueue()
    back: queue.SimpleQueue[None] = queue.SimpleQueue()

    def echo() -> None:
        for _ in range(times):
            back.put(there.get())

    thread = threading.Thread(target=echo)
    thread.start()

    def round_trip() -> None:
        there.put(None)
        back.get()

    one = seconds(round_trip, times) / 2
    thread.join()
    return one


def take(lock: AbstractContextManager[object]) -> None:
    with lock:
        pass


def contended(times: int) -> float:
    """Return the seconds for which one of four threads has a lock that all of them want."""
    lock = threading.Lock()
    threads = [threading.Thread(target=seconds, args=(lambda: take(lock), times)) for _ in range(4)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - started) / (4 * times)


def actions(pool: ThreadPoolExecutor) -> dict[str, Callable[[], float]]:
    lock, rlock = threading.Lock(), threading.RLock()
    found = {
        "call a function": lambda: seconds(nothing, CALLS),
        "take a free Lock": lambda: seconds(lambda: take(lock), CALLS),
        "take a free RLock": lambda: seconds(lambda: take(rlock), CALLS),
        "take a contended Lock": lambda: contended(CALLS // 4),
        "hop through a queue": lambda: hop(CALLS // 50),
        "submit to a pool, get the result": lambda: seconds(
            lambda: pool.submit(nothing).result(), CALLS // 100
        ),
        "start and join a thread": lambda: seconds(start_thread, CALLS // 500),
    }
    if sys.version_info >= (3, 14):
        from concurrent import interpreters

        found["start and close a subinterpreter"] = lambda: seconds(
            lambda: interpreters.create().close(), 2
        )
    return found | {"start and join a process": lambda: seconds(start_process, 2)}


def memory() -> tuple[int, int] | None:
    """Return (resident, address space) in bytes from /proc, or None where there is none."""
    try:
        with open("/proc/self/statm") as file:
            total, resident = file.read().split()[:2]
    except FileNotFoundError:
        return None
    page = os.sysconf("SC_PAGE_SIZE")
    return int(resident) * page, int(total) * page


def idle_thread() -> list[float] | None:
    """Return the bytes that one of many idle threads adds: resident, and address space."""
    stop = threading.Event()
    before = memory()
    if before is None:
        return None
    threads = [threading.Thread(target=stop.wait) for _ in range(IDLE_THREADS)]
    for thread in threads:
        thread.start()
    after = memory() or before
    stop.set()
    for thread in threads:
        thread.join()
    return [(b - a) / IDLE_THREADS for a, b in zip(before, after, strict=True)]


def measure() -> dict[str, object]:
    idle = idle_thread()
    with ThreadPoolExecutor(1) as pool:
        todo = actions(pool)
        times: dict[str, list[float]] = {name: [] for name in todo}
        for _ in range(REPETITIONS):
            for name, action in todo.items():
                times[name].append(action())
    return {"seconds": times, "idle_thread_bytes": idle}


def main() -> None:
    about: dict[str, object] = {
        "python": sys.version,
        "cores": os.cpu_count(),
        "repetitions": REPETITIONS,
    }
    about["start_method"] = multiprocessing.get_start_method()
    print(json.dumps(about | measure()))


if __name__ == "__main__":
    main()
