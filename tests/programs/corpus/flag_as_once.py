"""Two threads read a flag that should let an action happen once."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.closed = False
        self.closes = []

    def one(self):
        if not self.closed:
            self.closed = True
            self.closes.append("close")

    two = one

    def check(self):
        assert self.closes == ["close"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            if self.closed:
                return
            self.closed = True
        self.closes.append("close")

    two = one
