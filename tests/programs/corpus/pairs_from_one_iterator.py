"""Two threads take two items each from one iterator, and their pairs mix."""

import threading

KIND = "shared iterator"


class Bad:
    def __init__(self):
        self.words = iter(["key 1", "value 1", "key 2", "value 2"])
        self.pairs = {}

    def one(self):
        key = next(self.words)
        self.pairs[key] = next(self.words)

    two = one

    def check(self):
        assert self.pairs == {"key 1": "value 1", "key 2": "value 2"}


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    two = one
