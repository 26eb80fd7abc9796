"""The thread keeps its last error; result() raises it."""

from collections.abc import Callable
from threading import Thread


class Task:
    def __init__(self, fetch: Callable[[], str], attempts: int) -> None:
        self.fetch, self.attempts = fetch, attempts
        self.value = ""
        self.error: Exception | None = None
        self.thread = Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        for _ in range(self.attempts):
            try:
                self.value = self.fetch()
            except Exception as error:
                self.error = error
            else:
                self.error = None
                return

    def result(self) -> str:
        self.thread.join()
        if self.error is not None:
            raise self.error
        return self.value
