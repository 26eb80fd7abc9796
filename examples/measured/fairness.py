"""Measure how late a thread and an event loop wake up beside threads that compute.

Prints one JSON object: for each situation, the seconds by which every wake-up came later
than the sleep of one millisecond that it followed. `time.perf_counter`.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable

SLEEP = 0.001  # seconds
WAKE_UPS = 40
USUAL = sys.getswitchinterval()
SHORT = 0.0005  # seconds


def compute(stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        for _ in range(1_000):
            number += 1


def thread_wakes() -> list[float]:
    """Return by how much each of the wake-ups of a thread came late, in seconds."""
    late: list[float] = []

    def sleeper() -> None:
        for _ in range(WAKE_UPS):
            started = time.perf_counter()
            time.sleep(SLEEP)
            late.append(time.perf_counter() - started - SLEEP)

    thread = threading.Thread(target=sleeper)
    thread.start()
    thread.join()
    return late


def loop_wakes() -> list[float]:
    """Return by how much each of the wake-ups of an event loop came late, in seconds."""

    async def sleeper() -> list[float]:
        late = []
        for _ in range(WAKE_UPS):
            started = time.perf_counter()
            await asyncio.sleep(SLEEP)
            late.append(time.perf_counter() - started - SLEEP)
        return late

    return asyncio.run(sleeper())


def beside(busy: int, interval: float, wakes: Callable[[], list[float]]) -> list[float]:
    """Return what `wakes` returns while `busy` threads compute."""
    stop = threading.Event()
    threads = [threading.Thread(target=compute, args=(stop,)) for _ in range(busy)]
    sys.setswitchinterval(interval)
    for thread in threads:
        thread.start()
    try:
        return wakes()
    finally:
        stop.set()
        sys.setswitchinterval(USUAL)
        for thread in threads:
            thread.join()


SITUATIONS = [
    ("thread", 0, USUAL, thread_wakes),
    ("thread", 1, USUAL, thread_wakes),
    ("thread", 2, USUAL, thread_wakes),
    ("thread", 1, SHORT, thread_wakes),
    ("event loop", 0, USUAL, loop_wakes),
    ("event loop", 1, USUAL, loop_wakes),
    ("event loop", 1, SHORT, loop_wakes),
]


def measure() -> list[dict[str, object]]:
    return [
        {"who": who, "busy": busy, "interval": interval, "late": beside(busy, interval, wakes)}
        for who, busy, interval, wakes in SITUATIONS
    ]


def main() -> None:
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": WAKE_UPS}
    print(json.dumps(about | {"measurements": measure()}))


if __name__ == "__main__":
    main()
