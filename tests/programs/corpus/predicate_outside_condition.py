"""One thread checks the predicate before it takes the condition: the change comes between."""

import threading

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.paid = False
        self.shipped = []

    def one(self):
        if not self.paid:
            with self.changed:
                self.changed.wait()
        self.shipped.append("parcel")

    def two(self):
        with self.changed:
            self.paid = True
            self.changed.notify()

    def check(self):
        assert self.shipped == ["parcel"]


class Fixed(Bad):
    def one(self):
        with self.changed:
            while not self.paid:
                self.changed.wait()
        self.shipped.append("parcel")
