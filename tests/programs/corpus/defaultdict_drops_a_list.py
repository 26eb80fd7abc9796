"""Two threads miss one key of a defaultdict; the list of the first is replaced with its item."""

import threading
from collections import defaultdict

KIND = "check-then-act"


class Bad:
    def __init__(self):
        # A factory in Python can be interrupted; list alone runs in one piece under the GIL.
        self.groups = defaultdict(lambda: [])

    def one(self):
        self.groups["red"].append(1)

    def two(self):
        self.groups["red"].append(2)

    def check(self):
        assert sorted(self.groups["red"]) == [1, 2]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.groups["red"].append(1)

    def two(self):
        with self.lock:
            self.groups["red"].append(2)
