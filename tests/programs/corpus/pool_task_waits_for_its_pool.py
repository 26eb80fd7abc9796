"""A task of a pool of one submits to the pool and waits for the result: no worker is free."""

from concurrent.futures import ThreadPoolExecutor

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.sums = []

    def part(self):
        return 1

    def whole(self):
        return self.pool.submit(self.part).result() + 1

    def one(self):
        self.sums.append(self.pool.submit(self.whole).result())

    def two(self):
        self.sums.append(self.pool.submit(self.part).result())

    def check(self):
        self.pool.shutdown(wait=False)
        assert sorted(self.sums) == [1, 2]


class Fixed(Bad):
    def whole(self):
        return self.part() + 1
