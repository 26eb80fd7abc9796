"""Two threads see one job in a deque and both take it; the second raises IndexError."""

from collections import deque

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.jobs = deque(["job"])
        self.done = []

    def one(self):
        while self.jobs:
            self.done.append(self.jobs.popleft())

    two = one

    def check(self):
        assert self.done == ["job"]


class Fixed(Bad):
    def one(self):
        try:
            self.done.append(self.jobs.popleft())
        except IndexError:
            return

    two = one
