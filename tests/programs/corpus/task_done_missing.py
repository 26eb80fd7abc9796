"""A worker skips task_done for one job: Queue.join waits for ever."""

import queue

KIND = "communication deadlock"


class Bad:
    def __init__(self):
        self.jobs = queue.Queue()
        self.log = []

    def one(self):
        for job in ("", "mail"):
            self.jobs.put(job)
        self.jobs.join()
        self.log.append("all done")

    def two(self):
        for _ in range(2):
            job = self.jobs.get()
            if job:
                self.log.append(job)
                self.jobs.task_done()

    def check(self):
        assert self.log == ["mail", "all done"]


class Fixed(Bad):
    def two(self):
        for _ in range(2):
            job = self.jobs.get()
            try:
                if job:
                    self.log.append(job)
            finally:
                self.jobs.task_done()
