"""Two threads check a balance under the lock, let go, and withdraw under it: it falls below 0."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 100

    def one(self):
        with self.lock:
            enough = self.balance >= 100
        if enough:
            with self.lock:
                self.balance -= 100

    two = one

    def check(self):
        assert self.balance == 0


class Fixed(Bad):
    def one(self):
        with self.lock:
            if self.balance >= 100:
                self.balance -= 100

    two = one
