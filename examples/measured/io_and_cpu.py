"""Measure how I/O-bound and CPU-bound work speed up under each way to run it.

Prints one JSON object: for each kind of work and each way, the seconds of every
repetition. The ways are taken in turn, so that a busy moment of the machine does
not fall on one of them alone. Wall-clock seconds, `time.perf_counter`.
"""

import asyncio
import json
import os
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

WORKERS = 4
REPETITIONS = 5
WAIT = 0.05  # seconds: a quick answer over the network
STEPS = 3_000_000  # additions: some tens of milliseconds of pure Python


def wait(_):
    time.sleep(WAIT)


def compute(_):
    total = 0
    for number in range(STEPS):
        total += number
    return total


async def wait_in_event_loop():
    await asyncio.gather(*(asyncio.sleep(WAIT) for _ in range(WORKERS)))


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure():
    """Return {work: {way: [seconds, …]}} for WORKERS tasks of each kind of work."""
    with (
        ThreadPoolExecutor(WORKERS) as threads,
        ProcessPoolExecutor(WORKERS) as processes,
    ):
        for pool in threads, processes:
            list(pool.map(wait, range(WORKERS)))  # start the workers
        tasks = range(WORKERS)
        ways = {
            "I/O-bound": {
                "sequential": lambda: list(map(wait, tasks)),
                "threads": lambda: list(threads.map(wait, tasks)),
                "asyncio": lambda: asyncio.run(wait_in_event_loop()),
                "processes": lambda: list(processes.map(wait, tasks)),
            },
            "CPU-bound": {
                "sequential": lambda: list(map(compute, tasks)),
                "threads": lambda: list(threads.map(compute, tasks)),
                "processes": lambda: list(processes.map(compute, tasks)),
            },
        }
        result = {work: {way: [] for way in actions} for work, actions in ways.items()}
        for _ in range(REPETITIONS):
            for work, actions in ways.items():
                for way, action in actions.items():
                    result[work][way].append(seconds(action))
    return result


def main():
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    about = {
        "python": platform.python_version(),
        "build": "default build (GIL)" if gil else "free-threaded build",
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "workers": WORKERS,
        "repetitions": REPETITIONS,
    }
    print(json.dumps(about | {"seconds": measure()}))


if __name__ == "__main__":
    main()
