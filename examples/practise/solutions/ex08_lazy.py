"""Who waited for the lock looks again: it may be made meanwhile."""

from collections.abc import Callable
from threading import Lock


class Lazy:
    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make
        self.value: object = None
        self.lock = Lock()

    def get(self) -> object:
        with self.lock:
            if self.value is None:
                self.value = self.make()
            return self.value
