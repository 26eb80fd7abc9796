"""One thread returns between acquire and release: the other waits for ever."""

import threading

KIND = "lock not released"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.items, self.taken = [], []

    def one(self):
        self.lock.acquire()
        if not self.items:
            return
        self.taken.append(self.items.pop())
        self.lock.release()

    def two(self):
        with self.lock:
            self.items.append("item")

    def check(self):
        assert self.items + self.taken == ["item"]


class Fixed(Bad):
    def one(self):
        with self.lock:
            if self.items:
                self.taken.append(self.items.pop())
