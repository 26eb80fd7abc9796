"""Write to SQLite from many threads through one, and read from each with its own connection.

SQLite has one writer at a time (https://sqlite.org/lockingv3.html), and a connection of
the sqlite3 module belongs to the thread that opened it. So one thread owns the connection
that writes; the others send it statements and get a future for each.
"""

import logging
import os
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

TICK = 1.0  # seconds until who waits for room looks again, as Ctrl-C can take the news from it
Statement = tuple[Future[int], str, Sequence[object]]

log = logging.getLogger(__name__)


class Writer:
    """The one thread that writes to a database.

    Statements run in the order in which they were sent, each in a transaction of its own.
    Leaving the `with` block waits for those that were sent before.

    Wherever Ctrl-C ends an `execute` of the main thread, nobody hangs; the statement may have
    been sent. On 3.14 the `with` of a lock is no single step, and leaves a rare instant:
    https://github.com/python/cpython/issues/148874
    Ctrl-C while the writer starts, or in the middle of `result()`, is not taken care of, as
    Thread and Future are written in Python.
    """

    def __init__(self, path: str | os.PathLike[str], limit: int = 1000) -> None:
        """Open `path`; raise sqlite3.Error if that fails, and ValueError if `limit` is below one.

        limit: statements that may wait; `execute` blocks beyond that.
        """
        if not limit >= 1:  # NaN, too
            raise ValueError(f"limit {limit!r}: must be at least one")
        self._limit = limit
        self._sent: SimpleQueue[Statement | None] = SimpleQueue()
        self._taken: SimpleQueue[None] = SimpleQueue()  # has an item when there is room again
        self._lock, self._closed = threading.Lock(), False
        opened: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(path, opened), name="writer")
        try:
            self._thread.start()
            if (error := opened.get()) is not None:
                raise error
        except BaseException:  # Ctrl-C, too, leaves no thread
            self.close()
            raise

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Future[int]:
        """Send a statement; return a Future of the number of rows that it changed.

        It is counted as sqlite3 does: -1 for other statements than insert, update, delete and
        replace. https://docs.python.org/3/library/sqlite3.html#sqlite3.Cursor.rowcount

        The future is done after the commit, and raises what SQLite raised. Its callbacks run in
        the writer's thread, where `execute` does not wait for room. Raises RuntimeError after
        `close`.
        """
        future: Future[int] = Future()
        inside = threading.current_thread() is self._thread
        while True:
            with self._lock:  # not while it waits, so that `close` never waits for room
                if self._closed:
                    self._taken.put(None)  # for the next who waits
                    raise RuntimeError("cannot write after close")
                # Room is seen and not counted, so Ctrl-C can lose none.
                if inside or self._sent.qsize() < self._limit:
                    self._sent.put((future, sql, parameters))
                    return future
            with suppress(Empty):
                self._taken.get(timeout=TICK)

    def close(self) -> None:
        """Let the statements that were sent run, then close the connection. May be repeated."""
        with self._lock:
            self._closed = True
            self._sent.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, path: str | os.PathLike[str], opened: SimpleQueue[BaseException | None]) -> None:
        try:
            connection = sqlite3.connect(path)
        except BaseException as error:
            opened.put(error)
            return
        opened.put(None)
        with closing(connection):
            while (sent := self._sent.get()) is not None:
                if self._taken.empty():
                    self._taken.put(None)
                try:
                    _write(connection, *sent)
                except BaseException:  # such as SystemExit of a callback
                    log.exception("a callback of the future of %r failed", sent[1])


def _write(
    connection: sqlite3.Connection, future: Future[int], sql: str, parameters: Sequence[object]
) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        with connection:  # commits, or rolls back; a commit may fail, too
            changed = connection.execute(sql, parameters).rowcount
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(changed)


def main() -> None:
    pages = ["index", "locks", "pools", "locks"] * 25
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "visits.db")
        with Writer(database) as writer, ThreadPoolExecutor(max_workers=4) as pool:

            def visit(page: str) -> int:
                return writer.execute("insert into visits values (?)", (page,)).result()

            writer.execute("create table visits (page text)").result()
            print(f"rows written: {sum(pool.map(visit, pages))}")
            failed = writer.execute("insert into nowhere values (1)").exception()
        with closing(sqlite3.connect(database)) as reader:
            for row in reader.execute("select page, count(*) from visits group by page"):
                print(*row, sep=": ")
    print(f"a bad statement: {failed}")


if __name__ == "__main__":
    main()
