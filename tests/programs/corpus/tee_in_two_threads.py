"""Two threads read the two halves of one itertools.tee: RuntimeError or ValueError."""

import itertools

KIND = "shared iterator"


def rows():
    yield 1
    yield 2


class Bad:
    def __init__(self):
        self.left, self.right = itertools.tee(rows())
        self.sums = []

    def one(self):
        self.sums.append(sum(self.left))

    def two(self):
        self.sums.append(sum(self.right))

    def check(self):
        assert self.sums == [3, 3]


class Fixed(Bad):
    def __init__(self):
        self.left = self.right = list(rows())
        self.sums = []
