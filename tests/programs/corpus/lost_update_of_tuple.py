"""`+=` on a tuple in a list slot makes a new tuple, and the later store drops the earlier one."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.rows = [()]

    def one(self):
        self.rows[0] += ("one",)

    def two(self):
        self.rows[0] += ("two",)

    def check(self):
        assert sorted(self.rows[0]) == ["one", "two"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.rows[0] += ("one",)

    def two(self):
        with self.lock:
            self.rows[0] += ("two",)
