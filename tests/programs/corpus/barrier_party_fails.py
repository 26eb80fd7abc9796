"""One party of a barrier raises before it waits: the other waits for ever."""

import threading

KIND = "communication deadlock"


class Bad:
    def __init__(self):
        self.barrier = threading.Barrier(2)
        self.log = []

    def load(self, text):
        try:
            int(text)
            self.barrier.wait()
        except (ValueError, threading.BrokenBarrierError) as error:
            self.log.append(type(error).__name__)

    def one(self):
        self.load("1")

    def two(self):
        self.load("no number")

    def check(self):
        assert sorted(self.log) == ["BrokenBarrierError", "ValueError"]


class Fixed(Bad):
    def load(self, text):
        try:
            int(text)
            self.barrier.wait()
        except (ValueError, threading.BrokenBarrierError) as error:
            self.barrier.abort()
            self.log.append(type(error).__name__)
