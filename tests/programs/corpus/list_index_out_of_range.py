"""One thread goes through the indices of a list, another pops from it: IndexError."""

import threading

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.rows = [1, 2]
        self.total = 0

    def one(self):
        for i in range(len(self.rows)):
            self.total += self.rows[i]

    def two(self):
        self.rows.pop()

    def check(self):
        assert self.total in (1, 3)


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
