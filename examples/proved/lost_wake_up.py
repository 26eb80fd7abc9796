"""A lost wake-up: found, mended, certified. Needs frontrun.

Invariant: a letter that was put is taken, and nobody waits for ever.
"""

import os
import threading

import frontrun
from frontrun.common import InterleavingResult


class Mailbox:
    """Looks into the box, then clears the signal: it may have come in between."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.arrived = threading.Event()
        self.taken = ""

    def put(self) -> None:
        self.letters.append("a letter")
        self.arrived.set()

    def take(self) -> None:
        if not self.letters:
            self.arrived.clear()
            self.arrived.wait()
        self.taken = self.letters.pop()


class PatientMailbox(Mailbox):
    """Clears the signal first: one that comes after that is kept."""

    def take(self) -> None:
        self.arrived.clear()
        if not self.letters:
            self.arrived.wait()
        self.taken = self.letters.pop()


def explore(kind: type[Mailbox]) -> InterleavingResult:
    """Let one thread put and another take, in every order that can make a difference."""
    return frontrun.explore(
        setup=kind,
        workers=[kind.put, kind.take],
        invariant=lambda box: box.taken == "a letter",
        clock="virtual",  # tells a thread that waits for ever from one that waits long
        timeout_per_run=9.0,  # seconds
    )


def main() -> None:
    os.environ["FRONTRUN_ACTIVE"] = "1"  # as `frontrun python …` and `frontrun pytest …` do
    for kind in Mailbox, PatientMailbox:
        result = explore(kind)
        verdict = {True: "certified", False: "found", None: "inconclusive"}
        print(f"{kind.__name__}: {verdict[result.property_holds]}, in {result.num_explored} orders")
        if result.explanation:
            print(f"\n{result.explanation.rstrip()}\n")


if __name__ == "__main__":
    main()
