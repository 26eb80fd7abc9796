"""put() waits while the queue is full: the reader cannot run ahead."""

from collections.abc import Callable
from queue import Queue
from threading import Thread


def copy(
    read: Callable[[], int | None],
    write: Callable[[int], object],
    limit: int,
) -> None:
    waiting: Queue[int | None] = Queue(limit)

    def fill() -> None:
        while (item := read()) is not None:
            waiting.put(item)
        waiting.put(None)

    reader = Thread(target=fill)
    reader.start()
    while (item := waiting.get()) is not None:
        write(item)
    reader.join()
