"""A reset replaces the lock while another thread holds the old one."""

import threading

KIND = "inconsistent locking"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.hits = 0

    def hit(self):
        with self.lock:
            self.hits += 1

    def reset(self):
        self.lock = threading.Lock()

    def one(self):
        self.hit()

    def two(self):
        self.reset()
        self.hit()

    def check(self):
        assert self.hits == 2


class Fixed(Bad):
    def reset(self):
        """Keep the lock: it belongs to the object for as long as it lives."""
