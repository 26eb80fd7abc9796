"""Two threads see one item in a list and both pop it; the second raises IndexError."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.free = ["connection"]
        self.taken = []

    def one(self):
        if self.free:
            self.taken.append(self.free.pop())

    two = one

    def check(self):
        assert self.taken == ["connection"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    two = one
