"""add_done_callback under a lock that the callback takes: it runs at once if the future is done."""

import threading
from concurrent.futures import Future

KIND = "self-deadlock"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.future = Future()
        self.waiting, self.answers = 0, []

    def store(self, future):
        with self.lock:
            self.waiting -= 1
            self.answers.append(future.result())

    def one(self):
        with self.lock:
            self.waiting += 1
            self.future.add_done_callback(self.store)

    def two(self):
        self.future.set_result(42)

    def check(self):
        assert (self.waiting, self.answers) == (0, [42])


class Fixed(Bad):
    def one(self):
        with self.lock:
            self.waiting += 1
        self.future.add_done_callback(self.store)
