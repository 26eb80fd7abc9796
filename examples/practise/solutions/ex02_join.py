"""The last thread that was started need not be the last to end."""

from collections.abc import Callable, Sequence
from threading import Thread


def run_all(jobs: Sequence[Callable[[], object]]) -> None:
    threads = [Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
