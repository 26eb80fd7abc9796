"""Two readers meet; a reader and a writer do not."""

from threading import Barrier

from ex13_readers import ReadWriteLock
from together import together


def test_two_readers_are_inside_together() -> None:
    lock, both = ReadWriteLock(), Barrier(2)

    def read() -> None:
        lock.acquire_read()
        both.wait()
        lock.release_read()

    together(read, read)


def test_a_writer_is_alone() -> None:
    lock, inside = ReadWriteLock(), []

    def read() -> None:
        lock.acquire_read()
        assert "writer" not in inside, "a reader came in while a writer was inside"
        inside.append("reader")
        inside.remove("reader")
        lock.release_read()

    def write() -> None:
        lock.acquire_write()
        assert not inside, f"a writer came in, and inside was a {inside[0]}"
        inside.append("writer")
        inside.remove("writer")
        lock.release_write()

    together(read, write)
