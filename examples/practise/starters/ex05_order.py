"""Fetch each item in a thread; the results in the order of the items."""

from collections.abc import Callable, Sequence
from threading import Thread


def fetch_all(
    fetch: Callable[[int], str],
    items: Sequence[int],
) -> list[str]:
    results: list[str] = []

    def work(item: int) -> None:
        results.append(fetch(item))

    threads = [Thread(target=work, args=[item]) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
