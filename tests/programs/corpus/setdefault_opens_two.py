"""dict.setdefault gets its value made in advance: two threads open two connections and keep one."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.connections = {}
        self.opened = []

    def open(self, host):
        self.opened.append(host)
        return object()

    def one(self):
        if "db" not in self.connections:
            self.connections.setdefault("db", self.open("db"))

    two = one

    def check(self):
        assert self.opened == ["db"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            if "db" not in self.connections:
                self.connections["db"] = self.open("db")

    two = one
