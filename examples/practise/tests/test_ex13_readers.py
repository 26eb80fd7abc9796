"""Two readers meet, when a writer has left; a reader and a writer do not, nor do two writers."""

from threading import Barrier, Thread
from time import sleep

from ex13_readers import ReadWriteLock
from together import together


def test_two_readers_are_inside_together() -> None:
    lock, both = ReadWriteLock(), Barrier(2)

    def read() -> None:
        lock.acquire_read()
        both.wait()
        lock.release_read()

    lock.acquire_write()
    readers = Thread(target=read), Thread(target=read)
    for reader in readers:
        reader.start()
    lock.release_write()
    for reader in readers:
        reader.join()


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


def test_two_writers_wait_for_a_reader_and_for_each_other() -> None:
    lock = ReadWriteLock()
    inside: list[str] = []

    def write() -> None:
        lock.acquire_write()
        assert not inside, f"a writer came in, and inside was a {inside[0]}"
        inside.append("writer")
        sleep(0.1)  # others may come now
        inside.remove("writer")
        lock.release_write()

    lock.acquire_read()
    writers = Thread(target=write), Thread(target=write)
    for writer in writers:
        writer.start()
    lock.release_read()
    for writer in writers:
        writer.join()
