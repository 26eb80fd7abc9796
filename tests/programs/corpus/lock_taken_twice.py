"""A method calls another that takes the same Lock: the thread waits for itself."""

import threading

KIND = "self-deadlock"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.names = []

    def add(self, name):
        with self.lock:
            self.names.append(name)

    def one(self):
        with self.lock:
            if "ann" not in self.names:
                self.add("ann")

    two = one

    def check(self):
        assert self.names == ["ann"]


class Fixed(Bad):
    def _add(self, name):  # the caller holds the lock
        self.names.append(name)

    def one(self):
        with self.lock:
            if "ann" not in self.names:
                self._add("ann")

    two = one
