"""Four items, and one may wait; all of them arrive, in order. And four, of which four may wait."""

from threading import Event
from time import sleep

from ex03_queue import copy


def pause() -> None:
    sleep(3)  # seconds, which pass at once here


def test_the_reader_does_not_run_ahead() -> None:
    items = [0, 1, 2, 3]
    written: list[int] = []

    def read() -> int | None:
        if not items:
            return None
        # One may wait in the queue, one may be on its way out of it, and this one comes in.
        ahead = 5 - len(items) - len(written)
        assert ahead <= 3, f"{ahead} items are read and not yet written, with a limit of 1"
        return items.pop(0)

    def write(item: int) -> None:
        if item == 0:
            pause()
        written.append(item)

    copy(read, write, 1)
    assert written == [0, 1, 2, 3], f"0 to 3 were read, and written was {written}"


def test_the_reader_reads_while_this_thread_writes() -> None:
    items = [0, 1, 2, 3]
    written: list[int] = []
    all_are_read = Event()

    def read() -> int | None:
        if not items:
            return None
        item = items.pop(0)
        if not items:
            all_are_read.set()
        return item

    def write(item: int) -> None:
        all_are_read.wait()
        written.append(item)

    copy(read, write, 4)
    assert written == [0, 1, 2, 3], f"0 to 3 were read, and written was {written}"
