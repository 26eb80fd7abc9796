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
from concurrent.futures import ThreadPoolExecutor

REPETITIONS = 5
IDLE_THREADS = 200


def seconds(action, times):
    """Return the seconds of one `action`, the mean of `times` in a row."""
    started = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - started) / times


def nothing():
    pass


def start_thread():
    thread = threading.Thread(target=nothing)
    thread.start()
    thread.join()


def start_process():
    process = multiprocessing.Process(target=nothing)
    process.start()
    process.join()


def start_subinterpreter():
    from concurrent import interpreters

    interpreters.create().close()


def hop(times):
    """Return the seconds of one hop of an item between two threads."""
    there, back = queue.SimpleQueue(), queue.SimpleQueue()

    def echo():
        for _ in range(times):
            back.put(there.get())

    thread = threading.Thread(target=echo)
    thread.start()

    def round_trip():
        there.put(None)
        back.get()

    one = seconds(round_trip, times) / 2
    thread.join()
    return one


def take(lock):
    with lock:
        pass


def contended(times):
    """Return the seconds for which one of four threads has a lock that all of them want."""
    lock = threading.Lock()
    threads = [
        threading.Thread(target=lambda: [take(lock) for _ in range(times)]) for _ in range(4)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - started) / (4 * times)


def actions(pool):
    lock, rlock = threading.Lock(), threading.RLock()
    return {
        "call a function": lambda: seconds(nothing, 100_000),
        "take a free Lock": lambda: seconds(lambda: take(lock), 100_000),
        "take a free RLock": lambda: seconds(lambda: take(rlock), 100_000),
        "take a contended Lock": lambda: contended(25_000),
        "hop through a queue": lambda: hop(2_000),
        "submit to a pool, get the result": lambda: seconds(
            lambda: pool.submit(nothing).result(), 1_000
        ),
        "start and join a thread": lambda: seconds(start_thread, 200),
        **(
            {"start and close a subinterpreter": lambda: seconds(start_subinterpreter, 2)}
            if sys.version_info >= (3, 14)
            else {}
        ),
        "start and join a process": lambda: seconds(start_process, 2),
    }


def memory():
    """Return (resident, address space) in bytes from /proc, or None where there is none."""
    try:
        with open("/proc/self/statm") as file:
            total, resident = file.read().split()[:2]
    except FileNotFoundError:
        return None
    page = os.sysconf("SC_PAGE_SIZE")
    return int(resident) * page, int(total) * page


def idle_thread():
    """Return the bytes that one of many idle threads adds: resident, and address space."""
    stop = threading.Event()
    before = memory()
    if before is None:
        return None
    threads = [threading.Thread(target=stop.wait) for _ in range(IDLE_THREADS)]
    for thread in threads:
        thread.start()
    after = memory()
    stop.set()
    for thread in threads:
        thread.join()
    return [(b - a) / IDLE_THREADS for a, b in zip(before, after, strict=True)]


def measure():
    idle = idle_thread()
    with ThreadPoolExecutor(1) as pool:
        todo = actions(pool)
        times = {name: [] for name in todo}
        for _ in range(REPETITIONS):
            for name, action in todo.items():
                times[name].append(action())
    return {"seconds": times, "idle_thread_bytes": idle}


def main():
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    about["start_method"] = multiprocessing.get_start_method()
    print(json.dumps(about | measure()))


if __name__ == "__main__":
    main()
