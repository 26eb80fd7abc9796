"""A method returns its dict from under the lock, and the caller iterates without it."""

import threading

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.scores = {"ann": 1}
        self.names = []

    def current(self):
        with self.lock:
            return self.scores

    def one(self):
        for name in self.current():
            self.names.append(name)

    def two(self):
        with self.lock:
            self.scores["bob"] = 2

    def check(self):
        assert self.names[0] == "ann"


class Fixed(Bad):
    def current(self):
        with self.lock:
            return self.scores.copy()
