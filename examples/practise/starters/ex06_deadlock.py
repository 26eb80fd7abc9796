"""Transfers between accounts, in both directions at once.

Whoever holds the locks of both accounts finds all the money there.
"""

from threading import Lock


class Account:
    def __init__(self, number: int, balance: int) -> None:
        self.number, self.balance = number, balance
        self.lock = Lock()


def transfer(source: Account, target: Account, amount: int) -> None:
    with source.lock, target.lock:
        source.balance -= amount
        target.balance += amount
