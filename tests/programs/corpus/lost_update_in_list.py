"""Two threads subtract from one element of a list."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.stock = [5, 5]

    def one(self):
        self.stock[0] -= 1

    two = one

    def check(self):
        assert self.stock == [3, 5]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.stock[0] -= 1

    two = one
