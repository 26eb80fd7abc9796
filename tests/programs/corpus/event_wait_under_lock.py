"""One thread waits for an event while it holds the lock that the other needs to set it."""

import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.ready = threading.Event()
        self.log = []

    def one(self):
        with self.lock:
            self.ready.wait()
            self.log.append("start")

    def two(self):
        with self.lock:
            self.log.append("ready")
            self.ready.set()

    def check(self):
        assert self.log == ["ready", "start"]


class Fixed(Bad):
    def one(self):
        self.ready.wait()
        with self.lock:
            self.log.append("start")
