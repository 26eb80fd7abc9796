"""Two readers of a read-write lock wait to become its writer, and neither stops reading."""

import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.changed = threading.Condition()
        self.readers = self.value = 0

    def one(self):
        with self.changed:
            self.readers += 1
        if self.value < 2:
            with self.changed:
                self.changed.wait_for(lambda: self.readers == 1)
                self.value += 1
                self.readers -= 1
                self.changed.notify_all()

    two = one

    def check(self):
        assert (self.value, self.readers) == (2, 0)


class Fixed(Bad):
    def one(self):
        with self.changed:  # a writer from the start
            self.changed.wait_for(lambda: self.readers == 0)
            if self.value < 2:
                self.value += 1

    two = one
