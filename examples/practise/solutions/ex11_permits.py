"""`with` gives the permit back however the block ends, and once."""

from collections.abc import Callable
from threading import Semaphore


class Limited:
    def __init__(self, limit: int) -> None:
        self.permits = Semaphore(limit)

    def call(self, fetch: Callable[[], object]) -> object:
        with self.permits:
            return fetch()
