"""A producer sees an open queue, another thread closes it: the item comes after the sentinel."""

import queue
import threading

KIND = "order violation"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.jobs, self.closed = queue.SimpleQueue(), False
        self.accepted, self.done = [], []

    def one(self):
        if not self.closed:
            self.accepted.append("job")
            self.jobs.put("job")

    def two(self):
        with self.lock:
            self.closed = True
            self.jobs.put(None)

    def three(self):
        while (job := self.jobs.get()) is not None:
            self.done.append(job)

    def check(self):
        assert self.done == self.accepted


class Fixed(Bad):
    def one(self):
        with self.lock:
            super().one()
