"""Two tasks fill a pool of two and wait for tasks that they submit to it: none can start."""

from concurrent.futures import ThreadPoolExecutor

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.pool = self.parts = ThreadPoolExecutor(max_workers=2)
        self.sums = []

    def whole(self):
        return self.parts.submit(sum, [1, 2]).result()

    def one(self):
        self.sums.append(self.pool.submit(self.whole).result())

    two = one

    def check(self):
        self.pool.shutdown(wait=False)
        self.parts.shutdown(wait=False)
        assert self.sums == [3, 3]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.parts = ThreadPoolExecutor(max_workers=2)
