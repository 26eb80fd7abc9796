"""A worker. stop() must let it do the jobs that it has, and end."""

from collections.abc import Callable
from queue import Queue
from threading import Thread


class Worker:
    def __init__(self) -> None:
        self.jobs: Queue[Callable[[], object]] = Queue()
        self.stopping = False
        self.thread = Thread(target=self.work)
        self.thread.start()

    def submit(self, job: Callable[[], object]) -> None:
        self.jobs.put(job)

    def work(self) -> None:
        while not self.stopping:
            job = self.jobs.get()
            job()

    def stop(self) -> None:
        self.stopping = True
        self.thread.join()
