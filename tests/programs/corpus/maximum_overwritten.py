"""Two threads compare with the maximum so far; the smaller value is stored last."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.highest = 0

    def record(self, score):
        if score > self.highest:
            self.highest = score

    def one(self):
        self.record(3)

    def two(self):
        self.record(5)

    def check(self):
        assert self.highest == 5


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def record(self, score):
        with self.lock:
            super().record(score)
