"""Two kinds of waiters share a condition, and notify wakes the one that cannot go on."""

import threading

KIND = "condition misuse"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.open, self.entered = set(), []

    def enter(self, door):
        with self.changed:
            self.changed.wait_for(lambda: door in self.open)
            self.entered.append(door)

    def one(self):
        self.enter("front")

    def two(self):
        self.enter("back")

    def three(self):
        for door in ("back", "front"):
            with self.changed:
                self.open.add(door)
                self.changed.notify()

    def check(self):
        assert sorted(self.entered) == ["back", "front"]


class Fixed(Bad):
    def three(self):
        for door in ("back", "front"):
            with self.changed:
                self.open.add(door)
                self.changed.notify_all()
