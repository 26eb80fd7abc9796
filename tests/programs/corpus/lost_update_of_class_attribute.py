"""Two threads count instances in an attribute of the class."""

import threading

KIND = "lost update"


class Bad:
    made = 0

    def __init__(self):
        type(self).made = 0

    def one(self):
        type(self).made += 1

    two = one

    def check(self):
        assert self.made == 2


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            type(self).made += 1

    two = one
