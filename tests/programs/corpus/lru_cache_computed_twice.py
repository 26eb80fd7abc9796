"""Two threads miss one entry of a functools.lru_cache, and both compute it."""

import threading
from functools import lru_cache

KIND = "lazy initialisation"


class Bad:
    def __init__(self):
        self.loads = []
        self.load = lru_cache(self.read)

    def read(self, name):
        self.loads.append(name)
        return object()

    def one(self):
        self.load("model")

    two = one

    def check(self):
        assert self.loads == ["model"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.load("model")

    two = one
