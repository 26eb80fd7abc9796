"""Check-then-act: found, mended, certified. Needs frontrun.

Invariant: the balance never falls below zero.
"""

import os
import threading

import frontrun
from frontrun.common import InterleavingResult


class Account:
    """Each step is under the lock, but not the two together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.balance = 100

    def withdraw(self) -> None:
        with self.lock:
            enough = self.balance >= 100
        if enough:
            with self.lock:
                self.balance -= 100


class LockedAccount(Account):
    """Guarded by lock, from the check to the act: balance."""

    def withdraw(self) -> None:
        with self.lock:
            if self.balance >= 100:
                self.balance -= 100


def explore(kind: type[Account]) -> InterleavingResult:
    """Let two threads withdraw, in every order that can make a difference."""
    return frontrun.explore(
        setup=kind,
        workers=kind.withdraw,
        count=2,
        invariant=lambda account: account.balance >= 0,
    )


def main() -> None:
    os.environ["FRONTRUN_ACTIVE"] = "1"  # as `frontrun python …` and `frontrun pytest …` do
    for kind in Account, LockedAccount:
        result = explore(kind)
        verdict = {True: "certified", False: "found", None: "inconclusive"}
        print(f"{kind.__name__}: {verdict[result.property_holds]}, in {result.num_explored} orders")
        if result.explanation:
            print(f"\n{result.explanation.rstrip()}\n")


if __name__ == "__main__":
    main()
