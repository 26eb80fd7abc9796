"""One thread sets an event and clears it at once: a waiter that comes later waits for ever."""

import threading

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.opened = threading.Event()
        self.entered = []

    def one(self):
        self.opened.wait()
        self.entered.append("guest")

    def two(self):
        self.opened.set()
        self.opened.clear()

    def check(self):
        assert self.entered == ["guest"]


class Fixed(Bad):
    def two(self):
        self.opened.set()
