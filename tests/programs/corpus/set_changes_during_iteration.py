"""One thread iterates over a set, another takes an element out: RuntimeError."""

import threading

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.sockets = {3, 5}
        self.polled = []

    def one(self):
        for socket in self.sockets:
            self.polled.append(socket)

    def two(self):
        self.sockets.discard(5)

    def check(self):
        assert 3 in self.polled


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            sockets = list(self.sockets)
        for socket in sockets:
            self.polled.append(socket)

    def two(self):
        with self.lock:
            super().two()
