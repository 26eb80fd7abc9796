"""Two threads guard one counter with two different locks."""

import threading

KIND = "inconsistent locking"


class Bad:
    def __init__(self):
        self.reads, self.writes = threading.Lock(), threading.Lock()
        self.calls = 0

    def one(self):
        with self.reads:
            self.calls += 1

    def two(self):
        with self.writes:
            self.calls += 1

    def check(self):
        assert self.calls == 2


class Fixed(Bad):
    def two(self):
        with self.reads:
            self.calls += 1
