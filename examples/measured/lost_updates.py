"""Count the updates that unlocked threads lose, for six ways to write an update.

Prints one JSON object: for each way and each switch interval, the updates lost in every
repetition, out of THREADS * TIMES.
"""

import json
import os
import sys
import threading
from collections.abc import Callable

REPETITIONS = 3
THREADS = 4
TIMES = 300_000
INTERVALS = (0.005, 0.000_01)  # seconds; the first is CPython's own


def ident(value: int) -> int:
    return value


class Account:
    def __init__(self) -> None:
        self.n = 0
        self._p = 0

    @property
    def p(self) -> int:
        return self._p

    @p.setter
    def p(self, value: int) -> None:
        self._p = value


c = 0
a = Account()
d = {"n": 0}


def add_global(times: int) -> None:
    global c
    for _ in range(times):
        c += 1


def add_attribute(times: int) -> None:
    for _ in range(times):
        a.n += 1


def add_item(times: int) -> None:
    for _ in range(times):
        d["n"] += 1


def add_python_call(times: int) -> None:
    global c
    for _ in range(times):
        c = ident(c) + 1


def add_c_call(times: int) -> None:
    global c
    for _ in range(times):
        c = int(c) + 1


def add_property(times: int) -> None:
    for _ in range(times):
        a.p += 1


WAYS = {
    "c += 1": add_global,
    "a.n += 1": add_attribute,
    "d['n'] += 1": add_item,
    "c = ident(c) + 1": add_python_call,
    "c = int(c) + 1": add_c_call,
    "a.p += 1": add_property,
}


def lost(way: Callable[[int], None]) -> int:
    """Return how many updates are lost when THREADS threads make TIMES updates each."""
    global c
    c = a.n = a.p = d["n"] = 0
    ready = threading.Barrier(THREADS)

    def work() -> None:
        ready.wait()
        way(TIMES)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return THREADS * TIMES - max(c, a.n, a.p, d["n"])


def measure() -> list[dict[str, object]]:
    usual = sys.getswitchinterval()
    found: dict[float, dict[str, list[int]]] = {
        interval: {name: [] for name in WAYS} for interval in INTERVALS
    }
    for _ in range(REPETITIONS):
        for interval, counts in found.items():
            sys.setswitchinterval(interval)
            for name, way in WAYS.items():
                counts[name].append(lost(way))
    sys.setswitchinterval(usual)
    return [
        {"interval": interval, "way": name, "lost": times}
        for interval, counts in found.items()
        for name, times in counts.items()
    ]


def main() -> None:
    about = {"python": sys.version, "cores": os.cpu_count(), "repetitions": REPETITIONS}
    print(json.dumps(about | {"updates": THREADS * TIMES, "measurements": measure()}))


if __name__ == "__main__":
    main()
