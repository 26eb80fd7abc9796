"""One thread raises while it has the last slot of a semaphore: the other waits for ever."""

import threading

KIND = "lock not released"


class Bad:
    def __init__(self):
        self.slots = threading.BoundedSemaphore(1)
        self.pages = []

    def fetch(self, address):
        self.slots.acquire()
        self.pages.append(address.index("://"))
        self.slots.release()

    def one(self):
        try:
            self.fetch("no address")
        except ValueError:
            return

    def two(self):
        self.fetch("http://a")

    def check(self):
        assert self.pages == [4]


class Fixed(Bad):
    def fetch(self, address):
        with self.slots:
            self.pages.append(address.index("://"))
