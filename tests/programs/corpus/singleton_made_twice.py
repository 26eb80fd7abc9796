"""Two threads ask for the one instance of a class, which is kept on the class, and make two."""

import threading

KIND = "lazy initialisation"


class Bad:
    instance = None

    def __init__(self):
        type(self).instance = None
        self.seen = []

    def get(self):
        if self.instance is None:
            type(self).instance = object()
        return self.instance

    def one(self):
        self.seen.append(self.get())

    two = one

    def check(self):
        assert self.seen[0] is self.seen[1]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def get(self):
        with self.lock:
            return super().get()
