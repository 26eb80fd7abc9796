"""Each thread has a place of its own: who is first changes nothing."""

from collections.abc import Callable, Sequence
from threading import Thread


def fetch_all(
    fetch: Callable[[int], str],
    items: Sequence[int],
) -> list[str]:
    results = [""] * len(items)

    def work(index: int) -> None:
        results[index] = fetch(items[index])

    threads = [Thread(target=work, args=[index]) for index in range(len(items))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
