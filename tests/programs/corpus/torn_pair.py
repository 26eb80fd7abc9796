"""One thread writes two fields under a lock, another reads them without it: old and new mix."""

import threading

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.x = self.y = 0
        self.seen = []

    def one(self):
        with self.lock:
            self.x = 1
            self.y = 1

    def two(self):
        self.seen.append((self.x, self.y))

    def check(self):
        assert self.seen[0] in ((0, 0), (1, 1))


class Fixed(Bad):
    def two(self):
        with self.lock:
            super().two()
