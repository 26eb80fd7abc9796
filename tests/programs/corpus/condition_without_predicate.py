"""One thread waits on a condition without a predicate: a notification before it is lost."""

import threading

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.ready = False
        self.ran = []

    def one(self):
        with self.changed:
            self.changed.wait()
        self.ran.append("worker")

    def two(self):
        with self.changed:
            self.ready = True
            self.changed.notify()

    def check(self):
        assert self.ran == ["worker"]


class Fixed(Bad):
    def one(self):
        with self.changed:
            self.changed.wait_for(lambda: self.ready)
        self.ran.append("worker")
