"""Four items, and one may wait; all of them arrive, in order."""

from ex03_queue import copy


def test_the_reader_does_not_run_ahead() -> None:
    items = [1, 2, 3, 4]
    written: list[int] = []

    def read() -> int | None:
        if not items:
            return None
        # One may wait in the queue, one may be on its way out of it, and this one comes in.
        ahead = 5 - len(items) - len(written)
        assert ahead <= 3, f"{ahead} items are read and not yet written, with a limit of 1"
        return items.pop(0)

    def write(item: int) -> None:
        written.append(item)

    copy(read, write, 1)
    assert written == [1, 2, 3, 4], f"1 to 4 were read, and written was {written}"
