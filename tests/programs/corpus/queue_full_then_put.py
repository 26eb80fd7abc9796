"""Two threads see room for one item in a queue and both put; the second raises queue.Full."""

import queue

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.samples = queue.Queue(maxsize=1)
        self.dropped = []

    def one(self):
        if self.samples.full():
            self.dropped.append("sample")
        else:
            self.samples.put_nowait("sample")

    two = one

    def check(self):
        assert (self.samples.qsize(), self.dropped) == (1, ["sample"])


class Fixed(Bad):
    def one(self):
        try:
            self.samples.put_nowait("sample")
        except queue.Full:
            self.dropped.append("sample")

    two = one
