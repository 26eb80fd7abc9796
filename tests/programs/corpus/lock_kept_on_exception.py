"""One thread raises between acquire and release: the other waits for ever."""

import threading

KIND = "lock not released"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0

    def add(self, text):
        self.lock.acquire()
        self.total += int(text)
        self.lock.release()

    def one(self):
        try:
            self.add("no number")
        except ValueError:
            return

    def two(self):
        self.add("2")

    def check(self):
        assert self.total == 2


class Fixed(Bad):
    def add(self, text):
        with self.lock:
            self.total += int(text)
