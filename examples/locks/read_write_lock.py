"""A read-write lock: many threads read at once, and who writes is alone.

    lock = ReadWriteLock()
    with lock.reading():
        total = sum(rows)
    with lock.writing(timeout=5):
        rows.append(7)

The standard library has none. This one is made of a Condition:
https://docs.python.org/3/library/threading.html#condition-objects
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """Lets in any number of readers, or one writer.

    Invariant, guarded by `_changed`: there are readers, or there is a writer, or nobody.

    Readers that come while a writer waits let it go first, so they cannot starve it.
    Writers that keep coming do starve the readers. A thread cannot take the lock twice:
    two readers that both ask to write would wait for each other.

    Ctrl-C in the `with` block gives the lock back. In the few instructions that take it or give
    it back, it can leave it held, as the Condition is written in Python, too.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers: set[int] = set()  # identifiers of threads
        self._writer: int | None = None
        self._waiting_writers = 0

    @contextmanager
    def reading(self, timeout: float | None = None) -> Iterator[None]:
        """Share the lock with other readers.

        Args:
            timeout: seconds to wait for it; None is for ever.

        Raises:
            TimeoutError: somebody still writes, or waits to write, after `timeout`.
            RuntimeError: this thread holds the lock already.
        """
        with self._changed:
            me = self._newcomer()
            if not self._changed.wait_for(self._may_read, timeout):
                raise TimeoutError(f"no reading after {timeout} seconds")
            self._readers.add(me)
        try:
            yield
        finally:
            with self._changed:
                self._readers.remove(me)
                self._changed.notify_all()

    @contextmanager
    def writing(self, timeout: float | None = None) -> Iterator[None]:
        """Have the lock alone.

        Args:
            timeout: seconds to wait for it; None is for ever.

        Raises:
            TimeoutError: somebody still reads or writes after `timeout`.
            RuntimeError: this thread holds the lock already.
        """
        with self._changed:
            me = self._newcomer()
            self._waiting_writers += 1
            try:
                if not self._changed.wait_for(self._may_write, timeout):
                    raise TimeoutError(f"no writing after {timeout} seconds")
                self._writer = me
            finally:
                self._waiting_writers -= 1
                self._changed.notify_all()  # readers that waited for a writer who gave up
        try:
            yield
        finally:
            with self._changed:
                self._writer = None
                self._changed.notify_all()

    def _newcomer(self) -> int:
        me = threading.get_ident()
        if me in self._readers or me == self._writer:
            raise RuntimeError("this thread holds the lock already")
        return me

    def _may_read(self) -> bool:
        return self._writer is None and not self._waiting_writers

    def _may_write(self) -> bool:
        return self._writer is None and not self._readers


def main() -> None:
    """Let two threads read side by side, and show the two ways to be refused."""
    lock, together = ReadWriteLock(), threading.Barrier(2)
    log = []

    def read() -> None:
        with lock.reading():
            together.wait(timeout=10)  # seconds; breaks unless both are inside
            log.append("read")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    with lock.writing():
        log.append("written")
    print(log)

    def write() -> None:
        try:
            with lock.writing(timeout=0.01):
                print("never")
        except TimeoutError as error:
            print(error)

    with lock.reading():
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        try:
            with lock.writing():
                print("never")
        except RuntimeError as error:
            print(error)


if __name__ == "__main__":
    main()
