"""Three philosophers take their left fork first: each holds one and waits for the next."""

import threading

KIND = "lock-order deadlock"


class Bad:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(3)]
        self.fed = []

    def eat(self, left, right):
        with self.forks[left], self.forks[right]:
            self.fed.append(left)

    def one(self):
        self.eat(0, 1)

    def two(self):
        self.eat(1, 2)

    def three(self):
        self.eat(2, 0)

    def check(self):
        assert sorted(self.fed) == [0, 1, 2]


class Fixed(Bad):
    def three(self):
        with self.forks[0], self.forks[2]:  # the lower number first, as the others do
            self.fed.append(2)
