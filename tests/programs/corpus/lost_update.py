"""Two threads read, add and store one attribute."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.value = 0

    def one(self):
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
