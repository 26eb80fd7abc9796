"""Double-checked locking stores the object first and fills it after: a reader finds it empty."""

import threading

KIND = "unsafe publication"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.settings = None
        self.hosts = []

    def get(self):
        if self.settings is None:
            with self.lock:
                if self.settings is None:
                    self.settings = {}
                    self.settings["host"] = "localhost"
        return self.settings

    def one(self):
        self.hosts.append(self.get()["host"])

    two = one

    def check(self):
        assert self.hosts == ["localhost", "localhost"]


class Fixed(Bad):
    def get(self):
        if self.settings is None:
            with self.lock:
                if self.settings is None:
                    settings = {}
                    settings["host"] = "localhost"
                    self.settings = settings
        return self.settings
