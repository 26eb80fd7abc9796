"""Readers must be able to be inside together, and a writer alone."""

from threading import Lock


class ReadWriteLock:
    def __init__(self) -> None:
        self.lock = Lock()

    def acquire_read(self) -> None:
        self.lock.acquire()

    def release_read(self) -> None:
        self.lock.release()

    def acquire_write(self) -> None:
        self.lock.acquire()

    def release_write(self) -> None:
        self.lock.release()
