"""All take both locks, in one order, whichever way the money goes.

One lock after the other would not hang either, but between the two
the money is in no account.
"""

from threading import Lock


class Account:
    def __init__(self, number: int, balance: int) -> None:
        self.number, self.balance = number, balance
        self.lock = Lock()


def transfer(source: Account, target: Account, amount: int) -> None:
    first, second = source, target
    if target.number < source.number:
        first, second = target, source
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount
