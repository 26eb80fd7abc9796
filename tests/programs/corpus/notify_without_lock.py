"""One thread notifies a condition without its lock: RuntimeError, and the waiter waits for ever."""

import threading

KIND = "condition misuse"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.ready = False
        self.ran = []

    def one(self):
        with self.changed:
            self.changed.wait_for(lambda: self.ready)
            self.ran.append("worker")

    def two(self):
        self.ready = True
        self.changed.notify()

    def check(self):
        assert self.ran == ["worker"]


class Fixed(Bad):
    def two(self):
        with self.changed:
            self.ready = True
            self.changed.notify()
