"""A condition guards who is inside; who leaves wakes the others."""

from threading import Condition


class ReadWriteLock:
    def __init__(self) -> None:
        self.changed = Condition()
        self.readers = 0
        self.writing = False

    def acquire_read(self) -> None:
        with self.changed:
            while self.writing:
                self.changed.wait()
            self.readers += 1

    def release_read(self) -> None:
        with self.changed:
            self.readers -= 1
            self.changed.notify_all()

    def acquire_write(self) -> None:
        with self.changed:
            while self.writing or self.readers:
                self.changed.wait()
            self.writing = True

    def release_write(self) -> None:
        with self.changed:
            self.writing = False
            self.changed.notify_all()
