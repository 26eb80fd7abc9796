"""One thread ignores that Event.wait has timed out, and reads what is not there yet."""

import threading

KIND = "order violation"


class Bad:
    def __init__(self):
        self.loaded = threading.Event()
        self.colour = None
        self.shown = []

    def one(self):
        self.loaded.wait(timeout=0.001)
        self.shown.append(self.colour)

    def two(self):
        self.colour = "red"
        self.loaded.set()

    def check(self):
        assert self.shown[0] in ("red", "the default")


class Fixed(Bad):
    def one(self):
        if self.loaded.wait(timeout=0.001):
            self.shown.append(self.colour)
        else:
            self.shown.append("the default")
