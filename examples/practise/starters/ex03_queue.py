"""Read in one thread, write in this one; `limit` items may wait."""

from collections.abc import Callable
from queue import Queue
from threading import Thread


def copy(
    read: Callable[[], int | None],
    write: Callable[[int], object],
    limit: int,
) -> None:
    waiting: Queue[int | None] = Queue()

    def fill() -> None:
        while (item := read()) is not None:
            waiting.put(item)
        waiting.put(None)

    reader = Thread(target=fill)
    reader.start()
    while (item := waiting.get()) is not None:
        write(item)
    reader.join()
