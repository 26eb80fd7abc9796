"""A deadlock by lock order: found, mended, certified. Needs frontrun.

Invariant: both transfers end, and no money is lost.
"""

import os
import threading

import frontrun
from frontrun.common import InterleavingResult


class Account:
    """Guarded by lock: balance."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.balance = 100
        self.lock = threading.Lock()


class Transfer:
    """Two transfers in opposite directions, each locks its source first."""

    def __init__(self) -> None:
        self.a, self.b = Account(1), Account(2)

    def move(self, source: Account, target: Account) -> None:
        with source.lock, target.lock:
            source.balance -= 10
            target.balance += 10

    def there(self) -> None:
        self.move(self.a, self.b)

    def back(self) -> None:
        self.move(self.b, self.a)


class OrderedTransfer(Transfer):
    """Locks the account with the smaller number first, whatever the direction."""

    def move(self, source: Account, target: Account) -> None:
        first, second = sorted((source, target), key=lambda account: account.number)
        with first.lock, second.lock:
            source.balance -= 10
            target.balance += 10


def explore(kind: type[Transfer]) -> InterleavingResult:
    """Make both transfers at once, in every order that can make a difference."""
    return frontrun.explore(
        setup=kind,
        workers=[kind.there, kind.back],
        invariant=lambda both: both.a.balance + both.b.balance == 200,
    )


def main() -> None:
    os.environ["FRONTRUN_ACTIVE"] = "1"  # as `frontrun python …` and `frontrun pytest …` do
    for kind in Transfer, OrderedTransfer:
        result = explore(kind)
        verdict = {True: "certified", False: "found", None: "inconclusive"}
        print(f"{kind.__name__}: {verdict[result.property_holds]}, in {result.num_explored} orders")
        if result.explanation:
            print(f"\n{result.explanation.rstrip()}\n")


if __name__ == "__main__":
    main()
