"""Statistics that hold while the GIL switches threads nowhere in them."""


class Statistics:
    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.longest = 0

    def record(self, seconds: int) -> None:
        self.count += 1
        self.total += seconds
        if seconds > self.longest:
            self.longest = seconds

    def snapshot(self) -> tuple[int, int, int]:
        return self.count, self.total, self.longest
