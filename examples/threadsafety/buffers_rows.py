"""bytes, bytearray, memoryview and array, shared by four threads."""

import array
from contextlib import suppress

import stress
from stress import Stress, Wrong, expect


def bytes_read(run: Stress) -> None:
    data = bytes(range(256))
    run(lambda: expect(sum(data) == 32640, "another sum"))


def bytearray_append(run: Stress) -> None:
    data = bytearray()
    (done,) = run(lambda: data.append(1))
    run.lost(len(data), done)


def bytearray_read_write(run: Stress) -> None:
    data = bytearray(range(100))

    def write() -> None:
        data.extend(b"0123456789" * 20)
        del data[100:]

    def read() -> None:
        if data[50] != 50 or bytes(data)[:3] != b"\0\1\2":
            raise Wrong("other bytes than were always there")

    run(write, read)


def memoryview_read_write(run: Stress) -> None:
    data = bytearray(64)
    view = memoryview(data)

    def write(value: int) -> None:
        view[:] = bytes([value] * 64)

    def read() -> None:
        if len(set(bytes(view))) != 1:
            raise Wrong("half of one write and half of another")

    write(1)
    run(lambda: write(1), read, lambda: write(2), read)


def memoryview_release(run: Stress) -> None:
    def use(view: memoryview) -> None:
        with suppress(ValueError):
            view.release()
            bytes(view)

    run.rounds(lambda: memoryview(bytearray(1000)), use)


def array_append(run: Stress) -> None:
    items = array.array("q")
    (done,) = run(lambda: items.append(1))
    run.lost(len(items), done)


def array_read_write(run: Stress) -> None:
    items = array.array("q", range(100))

    def write() -> None:
        items.extend(items[:50])
        del items[100:]

    def read() -> None:
        if items[50] != 50:
            raise Wrong("another item than was always there")

    run(write, read)


if __name__ == "__main__":
    stress.main(globals())
