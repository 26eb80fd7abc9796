"""Two threads see that a client does not exist yet, and both make one."""

import threading

KIND = "lazy initialisation"


class Bad:
    def __init__(self):
        self.client = None
        self.used = []

    def get(self):
        if self.client is None:
            self.client = object()
        return self.client

    def one(self):
        self.used.append(self.get())

    two = one

    def check(self):
        assert self.used[0] is self.used[1]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def get(self):
        with self.lock:
            return super().get()
