"""Two threads miss one key of a dict with __missing__: the second list replaces the first."""

import threading

KIND = "check-then-act"


class Groups(dict):
    def __missing__(self, key):
        group = self[key] = []
        return group


class Bad:
    def __init__(self):
        self.groups = Groups()

    def add(self, number):
        self.groups["red"].append(number)

    def one(self):
        self.add(1)

    def two(self):
        self.add(2)

    def check(self):
        assert sorted(self.groups["red"]) == [1, 2]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def add(self, number):
        with self.lock:
            super().add(number)
