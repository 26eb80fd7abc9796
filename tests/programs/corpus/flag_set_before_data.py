"""One thread sets a flag before the data that it announces."""

import threading

KIND = "unsafe publication"


class Bad:
    def __init__(self):
        self.ready = threading.Event()
        self.data = None
        self.seen = []

    def one(self):
        self.ready.set()
        self.data = [1]

    def two(self):
        self.ready.wait()
        self.seen.append(self.data)

    def check(self):
        assert self.seen == [[1]]


class Fixed(Bad):
    def one(self):
        self.data = [1]
        self.ready.set()
