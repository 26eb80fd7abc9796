"""A consumer waits for a queue while it holds the lock that the producer needs."""

import queue
import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.jobs = queue.Queue()
        self.log = []

    def one(self):
        with self.lock:
            self.log.append(self.jobs.get())

    def two(self):
        with self.lock:
            self.log.append("put")
            self.jobs.put("got")

    def check(self):
        assert self.log == ["put", "got"]


class Fixed(Bad):
    def one(self):
        job = self.jobs.get()
        with self.lock:
            self.log.append(job)
