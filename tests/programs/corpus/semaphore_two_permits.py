"""Two threads need both permits of a semaphore and take them one by one: each gets one."""

import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.permits = threading.Semaphore(2)
        self.done = []

    def one(self):
        self.permits.acquire()
        self.permits.acquire()
        self.done.append("job")
        self.permits.release(2)

    two = one

    def check(self):
        assert self.done == ["job", "job"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.turn = threading.Lock()

    def one(self):
        with self.turn:
            self.permits.acquire()
            self.permits.acquire()
        self.done.append("job")
        self.permits.release(2)

    two = one
