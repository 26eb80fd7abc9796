"""None comes behind all jobs, and wakes a worker that waits."""

from collections.abc import Callable
from queue import Queue
from threading import Thread


class Worker:
    def __init__(self) -> None:
        self.jobs: Queue[Callable[[], object] | None] = Queue()
        self.thread = Thread(target=self.work)
        self.thread.start()

    def submit(self, job: Callable[[], object]) -> None:
        self.jobs.put(job)

    def work(self) -> None:
        while (job := self.jobs.get()) is not None:
            job()

    def stop(self) -> None:
        self.jobs.put(None)
        self.thread.join()
