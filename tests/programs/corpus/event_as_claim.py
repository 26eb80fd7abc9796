"""Two threads ask an Event whether the work is claimed, then set it: both do the work."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.claimed = threading.Event()
        self.runs = []

    def one(self):
        if not self.claimed.is_set():
            self.claimed.set()
            self.runs.append("migration")

    two = one

    def check(self):
        assert self.runs == ["migration"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.claim = threading.Lock()

    def one(self):
        if self.claim.acquire(blocking=False):  # tests and sets in one step
            self.runs.append("migration")

    two = one
