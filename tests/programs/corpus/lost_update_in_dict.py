"""Two threads read, add and store one item of a dict."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.hits = {"/": 0}

    def one(self):
        self.hits["/"] += 1

    two = one

    def check(self):
        assert self.hits == {"/": 2}


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            self.hits["/"] += 1

    two = one
