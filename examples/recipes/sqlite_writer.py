"""Write to SQLite from many threads through one, and read from each with its own connection.

SQLite has one writer at a time (https://sqlite.org/lockingv3.html), and a connection of
the sqlite3 module belongs to the thread that opened it. So one thread owns the connection
that writes; the others send it statements and get a future for each.
"""

import queue
import sqlite3
import threading
from concurrent.futures import Future, ThreadPoolExecutor


class Writer:
    """The one thread that writes to a database.

    Statements run in the order in which they were sent, each in a transaction of its own.
    Leaving the `with` block waits for those that were sent before.
    """

    def __init__(self, path, limit=1000):
        """Open `path`; raise sqlite3.Error if that fails.

        limit: statements that may wait; `execute` blocks beyond that.
        """
        self._waiting = queue.Queue(limit)
        self._lock, self._closed = threading.Lock(), False
        opened = Future()
        self._thread = threading.Thread(target=self._run, args=(path, opened), name="writer")
        self._thread.start()
        opened.result()

    def execute(self, sql, parameters=()):
        """Send a statement; return a Future of the number of rows that it changed.

        The future is done after the commit, and raises what SQLite raised. Raises
        RuntimeError after `close`.
        """
        future = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot write after close")
            self._waiting.put((future, sql, parameters))
        return future

    def close(self):
        """Let the statements that were sent run, then close the connection. May be repeated."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _run(self, path, opened):
        try:
            connection = sqlite3.connect(path)
        except Exception as error:
            opened.set_exception(error)
            return
        opened.set_result(None)
        while (sent := self._waiting.get()) is not None:
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
        connection.close()


def main():
    with Writer("visits.db") as writer:
        writer.execute("create table visits (page text)").result()
        with ThreadPoolExecutor(max_workers=4) as pool:
            for page in ["index", "locks", "pools", "locks"] * 25:
                pool.submit(writer.execute, "insert into visits values (?)", (page,))
        failed = writer.execute("insert into nowhere values (1)").exception()
    reader = sqlite3.connect("visits.db")
    for page, number in reader.execute("select page, count(*) from visits group by page"):
        print(f"{page}: {number}")
    reader.close()
    print(f"a bad statement: {failed}")


if __name__ == "__main__":
    main()
