"""Two threads take two locks in opposite orders: each holds what the other waits for."""

import threading

KIND = "lock-order deadlock"


class Bad:
    def __init__(self):
        self.users, self.orders = threading.Lock(), threading.Lock()
        self.done = []

    def one(self):
        with self.users, self.orders:
            self.done.append("one")

    def two(self):
        with self.orders, self.users:
            self.done.append("two")

    def check(self):
        assert sorted(self.done) == ["one", "two"]


class Fixed(Bad):
    def two(self):
        with self.users, self.orders:
            self.done.append("two")
