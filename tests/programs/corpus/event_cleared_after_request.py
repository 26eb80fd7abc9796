"""A client clears the event of the answer after its request: the answer may have come before."""

import queue
import threading

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.requests = queue.SimpleQueue()
        self.answered = threading.Event()
        self.answered.set()  # by the request before
        self.answer, self.got = None, []

    def one(self):
        self.requests.put(2)
        self.answered.clear()
        self.answered.wait()
        self.got.append(self.answer)

    def two(self):
        self.answer = self.requests.get() * 2
        self.answered.set()

    def check(self):
        assert self.got == [4]


class Fixed(Bad):
    def one(self):
        self.answered.clear()
        self.requests.put(2)
        self.answered.wait()
        self.got.append(self.answer)
