"""Write to SQLite from many threads through one, and read from each with its own connection.

SQLite has one writer at a time (https://sqlite.org/lockingv3.html), and a connection of
the sqlite3 module belongs to the thread that opened it. So one thread owns the connection
that writes; the others send it statements and get a future for each.
"""

import os
import queue
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path


class Writer:
    """The one thread that writes to a database.

    Statements run in the order in which they were sent, each in a transaction of its own.
    Leaving the `with` block waits for those that were sent before.
    """

    def __init__(self, path: str | os.PathLike[str], limit: int = 1000) -> None:
        """Open `path`; raise sqlite3.Error if that fails.

        limit: statements that may wait; `execute` blocks beyond that.
        """
        self._sent: queue.SimpleQueue[tuple[Future[int], str, Sequence[object]] | None]
        self._sent = queue.SimpleQueue()
        self._room = threading.Semaphore(limit)
        self._lock, self._closed = threading.Lock(), False
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(path, opened), name="writer")
        self._thread.start()
        try:
            opened.result()
        except BaseException:  # Ctrl-C, too, leaves no thread
            self.close()
            raise

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Future[int]:
        """Send a statement; return a Future of the number of rows that it changed.

        The future is done after the commit, and raises what SQLite raised. Raises
        RuntimeError after `close`.
        """
        future: Future[int] = Future()
        self._room.acquire()  # waits without the lock, so that `close` never waits for room
        with self._lock:
            if self._closed:
                self._room.release()
                raise RuntimeError("cannot write after close")
            self._sent.put((future, sql, parameters))
        return future

    def close(self) -> None:
        """Let the statements that were sent run, then close the connection. May be repeated."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._sent.put(None)
        self._thread.join()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, path: str | os.PathLike[str], opened: Future[None]) -> None:
        try:
            connection = sqlite3.connect(path)
        except Exception as error:
            opened.set_exception(error)
            return
        opened.set_result(None)
        with closing(connection):
            while (sent := self._sent.get()) is not None:
                self._room.release()
                future, sql, parameters = sent
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    with connection:  # commits, or rolls back; a commit may fail, too
                        changed = connection.execute(sql, parameters).rowcount
                except Exception as error:
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
