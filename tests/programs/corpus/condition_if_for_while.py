"""Two consumers wait with `if`: both wake for one item, and the second pops from an empty list."""

import threading

KIND = "condition misuse"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.items, self.taken = [], []

    def one(self):
        with self.changed:
            if not self.items:
                self.changed.wait()
            self.taken.append(self.items.pop())

    two = one

    def three(self):
        for item in (1, 2):
            with self.changed:
                self.items.append(item)
                self.changed.notify_all()

    def check(self):
        assert sorted(self.taken) == [1, 2]


class Fixed(Bad):
    def one(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            self.taken.append(self.items.pop())

    two = one
