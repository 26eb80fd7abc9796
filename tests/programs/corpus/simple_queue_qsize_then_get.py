"""Two threads see one item in a SimpleQueue and both get it; the second raises queue.Empty."""

import queue

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.lines = queue.SimpleQueue()
        self.lines.put("line")
        self.written = []

    def one(self):
        if self.lines.qsize():
            self.written.append(self.lines.get_nowait())

    two = one

    def check(self):
        assert self.written == ["line"]


class Fixed(Bad):
    def one(self):
        try:
            self.written.append(self.lines.get_nowait())
        except queue.Empty:
            return

    two = one
