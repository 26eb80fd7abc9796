"""Try several times. result() gives the value, or raises the last error."""

from collections.abc import Callable
from threading import Thread


class Task:
    def __init__(self, fetch: Callable[[], str], attempts: int) -> None:
        self.fetch, self.attempts = fetch, attempts
        self.value = ""
        self.thread = Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        for _ in range(self.attempts):
            try:
                self.value = self.fetch()
            except Exception:
                continue
            return

    def result(self) -> str:
        self.thread.join()
        return self.value
