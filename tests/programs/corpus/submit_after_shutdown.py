"""One thread sees an open pool, another shuts it down, and submit raises RuntimeError."""

import threading
from concurrent.futures import ThreadPoolExecutor

KIND = "order violation"


class Bad:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.closed = False
        self.accepted, self.done = [], []

    def one(self):
        if not self.closed:
            self.accepted.append("job")
            self.pool.submit(self.done.append, "job")

    def two(self):
        self.closed = True
        self.pool.shutdown()

    def check(self):
        assert self.done == self.accepted


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            super().one()

    def two(self):
        with self.lock:
            self.closed = True
        self.pool.shutdown()
