"""A producer puts one sentinel for two workers: one of them waits for ever."""

import queue

KIND = "communication deadlock"


class Bad:
    def __init__(self):
        self.jobs = queue.Queue()
        self.done = []

    def one(self):
        while (job := self.jobs.get()) is not None:
            self.done.append(job)

    two = one

    def three(self):
        self.jobs.put("job")
        self.jobs.put(None)

    def check(self):
        assert self.done == ["job"]


class Fixed(Bad):
    def three(self):
        self.jobs.put("job")
        for _worker in range(2):
            self.jobs.put(None)
