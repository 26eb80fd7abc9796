"""Two threads close one connection and both give back its slot: BoundedSemaphore raises."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.slots = threading.BoundedSemaphore(1)
        self.slots.acquire()
        self.open = True

    def one(self):
        if self.open:
            self.open = False
            self.slots.release()

    two = one

    def check(self):
        assert not self.open


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    two = one
