"""Two threads ask whether a queue is empty and both get its one item; the second waits for ever."""

import queue

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.jobs = queue.Queue()
        self.jobs.put("job")
        self.done = []

    def one(self):
        if not self.jobs.empty():
            self.done.append(self.jobs.get())

    two = one

    def check(self):
        assert self.done == ["job"]


class Fixed(Bad):
    def one(self):
        try:
            self.done.append(self.jobs.get_nowait())
        except queue.Empty:
            return

    two = one
