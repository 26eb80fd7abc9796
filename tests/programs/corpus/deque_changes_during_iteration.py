"""One thread adds up a deque, another appends to it: RuntimeError."""

import threading
from collections import deque

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.recent = deque([1, 2], maxlen=2)
        self.total = 0

    def one(self):
        for value in self.recent:
            self.total += value

    def two(self):
        self.recent.append(3)

    def check(self):
        assert self.total in (1 + 2, 2 + 3)


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    def two(self):
        with self.lock:
            super().two()
