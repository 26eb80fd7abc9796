"""Two threads fill each other's bounded queue before they read their own: both puts wait."""

import queue

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.left, self.right = queue.Queue(maxsize=1), queue.Queue(maxsize=1)
        self.got = []

    def swap(self, mine, other):
        other.put(1)
        other.put(2)
        self.got += [mine.get(), mine.get()]

    def one(self):
        self.swap(self.left, self.right)

    def two(self):
        self.swap(self.right, self.left)

    def check(self):
        assert sorted(self.got) == [1, 1, 2, 2]


class Fixed(Bad):
    def swap(self, mine, other):
        for item in (1, 2):
            other.put(item)
            self.got.append(mine.get())
