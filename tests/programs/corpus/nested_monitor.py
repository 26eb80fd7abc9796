"""One thread waits on a condition, which frees its own lock but not the outer one."""

import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition()
        self.items, self.taken = [], []

    def one(self):
        with self.lock, self.changed:
            self.changed.wait_for(lambda: self.items)
            self.taken.append(self.items.pop())

    def two(self):
        with self.lock, self.changed:
            self.items.append("item")
            self.changed.notify()

    def check(self):
        assert self.taken == ["item"]


class Fixed(Bad):
    def one(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)
            self.taken.append(self.items.pop())

    def two(self):
        with self.changed:
            self.items.append("item")
            self.changed.notify()
