"""A method makes its lock anew on each call, so no two threads share one."""

import threading

KIND = "inconsistent locking"


class Bad:
    def __init__(self):
        self.value = 0

    def one(self):
        with threading.Lock():
            self.value += 1

    two = one

    def check(self):
        assert self.value == 2


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.value += 1

    two = one
