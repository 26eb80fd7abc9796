"""The three numbers change together, and are read together."""

from threading import Lock


class Statistics:
    def __init__(self) -> None:
        self.lock = Lock()
        self.count = 0
        self.total = 0
        self.longest = 0

    def record(self, seconds: int) -> None:
        with self.lock:
            self.count += 1
            self.total += seconds
            if seconds > self.longest:
                self.longest = seconds

    def snapshot(self) -> tuple[int, int, int]:
        with self.lock:
            return self.count, self.total, self.longest
