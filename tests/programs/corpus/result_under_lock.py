"""One thread waits for a future while it holds the lock that the other needs to set it."""

import threading
from concurrent.futures import Future

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.price = Future()
        self.total = 0

    def one(self):
        with self.lock:
            self.total += self.price.result()

    def two(self):
        with self.lock:
            self.total += 1
        self.price.set_result(2)

    def check(self):
        assert self.total == 3


class Fixed(Bad):
    def one(self):
        price = self.price.result()
        with self.lock:
            self.total += price
