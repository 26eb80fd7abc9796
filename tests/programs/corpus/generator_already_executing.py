"""Two threads call next on one generator: ValueError, generator already executing."""

import threading

KIND = "shared iterator"


def tickets():
    number = 0
    while True:
        number += 1
        yield number


class Bad:
    def __init__(self):
        self.tickets = tickets()
        self.taken = []

    def one(self):
        self.taken.append(next(self.tickets))

    two = one

    def check(self):
        assert sorted(self.taken) == [1, 2]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.taken.append(next(self.tickets))

    two = one
