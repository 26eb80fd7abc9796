"""Two threads number a new entry by the length of the list, then append it."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.tickets = []

    def one(self):
        number = len(self.tickets)
        self.tickets.append(number)

    two = one

    def check(self):
        assert self.tickets == [0, 1]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.tickets.append(len(self.tickets))

    two = one
