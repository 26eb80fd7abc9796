"""A compare-and-set finds the same head, but the stack below it has changed in between."""

import threading

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.head, self.below = "a", {"a": "b", "b": "c", "c": None}
        self.taken, self.version = [], 0

    def unchanged(self, head, version):
        return self.head == head

    def one(self):
        with self.lock:
            head, below, version = self.head, self.below[self.head], self.version
        with self.lock:
            if self.unchanged(head, version):
                self.head = below
                self.taken.append(head)

    def two(self):
        with self.lock:  # takes the first two off and puts the first back
            second = self.below[self.head]
            self.below[self.head] = self.below[second]
            self.taken.append(second)
            self.version += 1

    def check(self):
        assert self.head not in self.taken


class Fixed(Bad):
    def unchanged(self, head, version):
        return self.version == version
