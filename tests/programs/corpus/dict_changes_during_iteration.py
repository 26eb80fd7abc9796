"""One thread iterates over a dict, another adds a key: RuntimeError."""

import threading

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.users = {"ann": 1, "bob": 2}
        self.names = []

    def one(self):
        for name in self.users:
            self.names.append(name)

    def two(self):
        self.users["cid"] = 3

    def check(self):
        assert self.names[:2] == ["ann", "bob"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            users = list(self.users)
        for name in users:
            self.names.append(name)

    def two(self):
        with self.lock:
            super().two()
