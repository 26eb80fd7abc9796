"""A lost update: found, mended, certified. Needs frontrun.

Invariant: two increments make 2.
"""

import os
import threading

import frontrun
from frontrun.common import InterleavingResult


class Counter:
    """The document's counter, without its lock."""

    def __init__(self) -> None:
        self.value = 0

    def increment(self) -> None:
        self.value += 1


class LockedCounter(Counter):
    """Guarded by lock: value."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def increment(self) -> None:
        with self.lock:
            self.value += 1


def explore(kind: type[Counter]) -> InterleavingResult:
    """Run two threads in every order that can make a difference, or until one fails."""
    return frontrun.explore(
        setup=kind,
        workers=kind.increment,
        count=2,
        invariant=lambda counter: counter.value == 2,
    )


def main() -> None:
    os.environ["FRONTRUN_ACTIVE"] = "1"  # as `frontrun python …` and `frontrun pytest …` do
    for kind in Counter, LockedCounter:
        result = explore(kind)
        verdict = {True: "certified", False: "found", None: "inconclusive"}
        print(f"{kind.__name__}: {verdict[result.property_holds]}, in {result.num_explored} orders")
        if result.explanation:
            print(f"\n{result.explanation.rstrip()}\n")


if __name__ == "__main__":
    main()
