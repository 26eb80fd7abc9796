"""Two threads ask Lock.locked() before they claim a lock; the second waits for ever."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.claim = threading.Lock()  # never released: the first to get it does the work
        self.workers = []

    def one(self):
        if not self.claim.locked():
            self.claim.acquire()
            self.workers.append("worker")

    two = one

    def check(self):
        assert self.workers == ["worker"]


class Fixed(Bad):
    def one(self):
        if self.claim.acquire(blocking=False):
            self.workers.append("worker")

    two = one
