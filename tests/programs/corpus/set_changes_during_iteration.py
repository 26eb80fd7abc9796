"""One thread calls each listener of a set, another takes one out: RuntimeError."""

import threading

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.calls = []
        self.listeners = {self.calls.append, self.calls.extend}

    def one(self):
        for listener in self.listeners:
            listener("x")

    def two(self):
        self.listeners.discard(self.calls.append)

    def check(self):
        assert self.calls in (["x"], ["x", "x"])


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            listeners = list(self.listeners)
        for listener in listeners:  # called without the lock: a listener may need it, too
            listener("x")

    def two(self):
        with self.lock:
            super().two()
