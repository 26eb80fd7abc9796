"""One thread starts a worker and reads its result without a join."""

import threading

KIND = "order violation"


class Bad:
    def __init__(self):
        self.totals, self.report = {}, []

    def work(self):
        self.totals["mail"] = 42

    def one(self):
        worker = threading.Thread(target=self.work)
        worker.start()
        self.report.append(self.totals["mail"])
        worker.join()

    def two(self):
        self.totals["web"] = 1

    def check(self):
        assert self.report == [42]


class Fixed(Bad):
    def one(self):
        worker = threading.Thread(target=self.work)
        worker.start()
        worker.join()
        self.report.append(self.totals["mail"])
