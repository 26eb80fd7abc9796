"""__del__ takes a lock, and the last reference goes while it is held (tqdm#469)."""

import queue
import threading

KIND = "self-deadlock"


class Bad:
    class Bar:
        def __init__(self, owner):
            self.owner = owner

        def __del__(self):
            with self.owner.lock:
                self.owner.closed.put("bar")

    def __init__(self):
        self.lock = threading.Lock()
        self.closed = queue.SimpleQueue()

    def one(self):
        bar = self.Bar(self)
        with self.lock:
            del bar

    two = one

    def check(self):
        assert self.closed.qsize() == 2


class Fixed(Bad):
    class Bar(Bad.Bar):
        def __del__(self):
            self.owner.closed.put("bar")  # SimpleQueue.put is made for __del__
