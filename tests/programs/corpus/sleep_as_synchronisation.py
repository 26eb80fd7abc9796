"""One thread sleeps for as long as the other should need, and reads what it may not have stored."""

import threading
import time

KIND = "order violation"


class Bad:
    def __init__(self):
        self.result = None
        self.seen = []

    def one(self):
        time.sleep(0.001)
        self.seen.append(self.result)

    def two(self):
        self.result = 42

    def check(self):
        assert self.seen == [42]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.stored = threading.Event()

    def one(self):
        self.stored.wait()
        self.seen.append(self.result)

    def two(self):
        self.result = 42
        self.stored.set()
