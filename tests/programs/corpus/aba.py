"""A compare-and-set finds the same head, but the stack below it has changed in between."""

import threading

KIND = "ABA"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.head, self.below = "a", {"a": "b", "b": "c", "c": None}
        self.taken, self.version = [], 0

    def compare_and_set(self, old, new, version):
        with self.lock:
            if self.head == old:
                self.head = new
                self.taken.append(old)

    def one(self):
        with self.lock:
            old, new, version = self.head, self.below[self.head], self.version
        self.compare_and_set(old, new, version)

    def two(self):  # takes two off and puts the first back
        with self.lock:
            second = self.below[self.head]
            self.below[self.head] = self.below[second]
            self.taken.append(second)
            self.version += 1

    def check(self):
        left = 3 - len(self.taken)
        assert self.head not in self.taken
        assert left in (1, 2)


class Fixed(Bad):
    def compare_and_set(self, old, new, version):
        with self.lock:
            if self.version == version:
                self.head = new
                self.taken.append(old)
