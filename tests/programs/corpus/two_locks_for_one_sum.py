"""Two accounts have a lock each: a reader finds the money of a transfer in neither."""

import threading

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.cash_lock, self.bank_lock = threading.Lock(), threading.Lock()
        self.cash, self.bank, self.sums = 100, 0, []

    def one(self):
        with self.cash_lock:
            self.cash -= 10
        with self.bank_lock:
            self.bank += 10

    def two(self):
        with self.cash_lock, self.bank_lock:
            self.sums.append(self.cash + self.bank)

    def check(self):
        assert self.sums == [100]


class Fixed(Bad):
    def one(self):
        with self.cash_lock, self.bank_lock:
            self.cash -= 10
            self.bank += 10
