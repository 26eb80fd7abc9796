"""Run jobs side by side, and return when all have ended."""

from collections.abc import Callable, Sequence
from threading import Thread


def run_all(jobs: Sequence[Callable[[], object]]) -> None:
    threads = [Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    threads[-1].join()
