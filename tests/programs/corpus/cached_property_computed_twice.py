"""Two threads read a functools.cached_property, and both compute it: it has no lock since 3.12."""

import threading
from functools import cached_property

KIND = "lazy initialisation"
NEEDS = "3.12"


class Bad:
    @cached_property
    def settings(self):
        return {}

    def one(self):
        self.settings.update(one=1)

    def two(self):
        self.settings.update(two=2)

    def check(self):
        assert self.settings == {"one": 1, "two": 2}


class Fixed(Bad):
    def __init__(self):
        self.lock = threading.Lock()

    @cached_property
    def made(self):
        return {}

    @property
    def settings(self):
        with self.lock:
            return self.made
