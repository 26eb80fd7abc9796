"""Two threads miss a key and both create its value."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.sessions = {}
        self.seen = []

    def session(self, user):
        if user not in self.sessions:
            self.sessions[user] = object()
        return self.sessions[user]

    def one(self):
        self.seen.append(self.session("ann"))

    two = one

    def check(self):
        assert self.seen[0] is self.seen[1]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def session(self, user):
        with self.lock:
            return super().session(user)
