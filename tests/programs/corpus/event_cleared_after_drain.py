"""A consumer clears its event after it has looked: an item that came between is not noticed."""

import threading
from collections import deque

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.arrived = threading.Event()
        self.items, self.taken = deque(), []

    def one(self):
        for item in (1, 2):
            self.items.append(item)
            self.arrived.set()

    def two(self):
        while len(self.taken) < 2:
            self.arrived.wait()
            while self.items:
                self.taken.append(self.items.popleft())
            self.arrived.clear()

    def check(self):
        assert self.taken == [1, 2]


class Fixed(Bad):
    def two(self):
        while len(self.taken) < 2:
            self.arrived.wait()
            self.arrived.clear()  # what comes from here on sets it again
            while self.items:
                self.taken.append(self.items.popleft())
