"""Two threads see the last ticket in a Counter and both sell it."""

import threading
from collections import Counter

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.tickets = Counter(front=1)
        self.sold = []

    def one(self):
        if self.tickets["front"] > 0:
            self.tickets["front"] -= 1
            self.sold.append("front")

    two = one

    def check(self):
        assert self.sold == ["front"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    two = one
