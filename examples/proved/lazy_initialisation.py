"""Lazy initialisation: found, mended, certified. Needs frontrun.

Invariant: whoever asks gets the same object.
"""

import os
import threading

import frontrun
from frontrun.common import InterleavingResult


class Lazy:
    """Makes its connection when it is first asked for it."""

    def __init__(self) -> None:
        self.connection: object | None = None
        self.given: list[object] = []

    def get(self) -> object:
        if self.connection is None:
            self.connection = object()
        return self.connection

    def use(self) -> None:
        self.given.append(self.get())


class LockedLazy(Lazy):
    """Guarded by lock: connection."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def get(self) -> object:
        with self.lock:
            return super().get()


def explore(kind: type[Lazy]) -> InterleavingResult:
    """Let two threads ask for the connection, in every order that can make a difference."""
    return frontrun.explore(
        setup=kind,
        workers=kind.use,
        count=2,
        invariant=lambda lazy: lazy.given[0] is lazy.given[1],
    )


def main() -> None:
    os.environ["FRONTRUN_ACTIVE"] = "1"  # as `frontrun python …` and `frontrun pytest …` do
    for kind in Lazy, LockedLazy:
        result = explore(kind)
        verdict = {True: "certified", False: "found", None: "inconclusive"}
        print(f"{kind.__name__}: {verdict[result.property_holds]}, in {result.num_explored} orders")
        if result.explanation:
            print(f"\n{result.explanation.rstrip()}\n")


if __name__ == "__main__":
    main()
