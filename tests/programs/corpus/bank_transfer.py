"""Two transfers in opposite directions lock the source first: a deadlock."""

import threading

KIND = "lock-order deadlock"


class Account:
    def __init__(self, number):
        self.number, self.balance, self.lock = number, 100, threading.Lock()


class Bad:
    def __init__(self):
        self.a, self.b = Account(1), Account(2)

    def transfer(self, source, target, amount):
        with source.lock, target.lock:
            source.balance -= amount
            target.balance += amount

    def one(self):
        self.transfer(self.a, self.b, 10)

    def two(self):
        self.transfer(self.b, self.a, 20)

    def check(self):
        assert (self.a.balance, self.b.balance) == (110, 90)


class Fixed(Bad):
    def transfer(self, source, target, amount):
        first, second = sorted((source, target), key=lambda account: account.number)
        with first.lock, second.lock:
            source.balance -= amount
            target.balance += amount
