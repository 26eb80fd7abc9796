"""Two threads resolve one component; the second deletes a key that is gone (botocore#2985)."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.deferred = {"resolver": object}
        self.components = {}

    def component(self, name):
        if name in self.deferred:
            self.components[name] = self.deferred[name]()
            del self.deferred[name]
        return self.components[name]

    def one(self):
        self.component("resolver")

    two = one

    def check(self):
        assert list(self.components) == ["resolver"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def component(self, name):
        with self.lock:
            return super().component(name)
