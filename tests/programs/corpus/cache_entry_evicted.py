"""One thread finds a key of an OrderedDict, another evicts it, and move_to_end raises KeyError."""

import threading
from collections import OrderedDict

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.cache = OrderedDict(a=1)

    def one(self):
        if "a" in self.cache:
            self.cache.move_to_end("a")

    def two(self):
        self.cache["b"] = 2
        if len(self.cache) > 1:
            self.cache.popitem(last=False)

    def check(self):
        assert len(self.cache) == 1


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    def two(self):
        with self.lock:
            super().two()
