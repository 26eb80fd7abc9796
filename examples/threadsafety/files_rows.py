"""print, files, io, mmap, sqlite3, dbm and shelve, shared by four threads."""

import contextlib
import dbm.dumb
import io
import mmap
import os
import shelve
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import stress
from stress import Stress, Wrong, expect

LINE = "a" * 60
PATH = Path("file.txt")


def whole_lines(run: Stress, done: int, text: str) -> None:
    """Compare the lines written with the whole lines that are there."""
    run.lost(sum(line == LINE for line in text.splitlines()), done)


def print_together(run: Stress) -> None:
    with PATH.open("w", encoding="utf-8") as file:
        (done,) = run(lambda: print(LINE, file=file))
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def print_unbuffered(run: Stress) -> None:
    with open(PATH, "w", buffering=1, encoding="utf-8") as file:
        (done,) = run(lambda: print(LINE, file=file), most=5000)
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def text_write(run: Stress) -> None:
    with PATH.open("w", encoding="utf-8") as file:
        (done,) = run(lambda: file.write(LINE + "\n"))
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def text_read(run: Stress) -> None:
    PATH.write_text((LINE + "\n") * 400, "utf-8")

    def check(file: Any, results: list[Any]) -> None:
        file.close()
        taken = [line for result in results for line in result or ()]
        if len(taken) != 400 or {*taken} != {LINE + "\n"}:
            raise Wrong(f"{len(taken)} lines of 400 came, or parts of lines")

    run.rounds(lambda: PATH.open(encoding="utf-8"), list, check=check, each=200)


def binary_write(run: Stress) -> None:
    with PATH.open("wb") as file:
        (done,) = run(lambda: file.write(LINE.encode() + b"\n"))
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def binary_read(run: Stress) -> None:
    PATH.write_bytes(bytes(range(256)) * 100)

    def take(file: Any) -> bytes:
        taken = b""
        while part := file.read(256):
            taken += part
        return taken

    def check(file: Any, results: list[Any]) -> None:
        file.close()
        if sorted(b"".join(result or b"" for result in results)) != wanted:
            raise Wrong("other bytes than the file holds")

    wanted = sorted(bytes(range(256)) * 100)
    run.rounds(lambda: PATH.open("rb"), take, check=check, each=50)


def binary_seek_read(run: Stress) -> None:
    PATH.write_bytes(b"a" * 5000 + b"b" * 5000)
    with PATH.open("rb") as file:

        def read(at: int, wanted: bytes) -> Any:
            def task() -> None:
                file.seek(at)
                if file.read(10) != wanted * 10:
                    raise Wrong("the bytes of another thread's place")

            return task

        run(read(0, b"a"), read(5000, b"b"))


def raw_write(run: Stress) -> None:
    with PATH.open("wb", buffering=0) as file:
        (done,) = run(lambda: file.write(LINE.encode() + b"\n"), most=5000)
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def append_each_opens(run: Stress) -> None:
    def write() -> None:
        with PATH.open("a", encoding="utf-8") as file:
            file.write(LINE + "\n")

    (done,) = run(write, most=2000)
    whole_lines(run, done, PATH.read_text("utf-8", "replace"))


def os_pread(run: Stress) -> None:
    PATH.write_bytes(b"a" * 5000 + b"b" * 5000)
    with PATH.open("rb") as file:

        def read(at: int, wanted: bytes) -> Any:
            return lambda: expect(
                os.pread(file.fileno(), 10, at) == wanted * 10, "the bytes of another place"
            )

        run(read(0, b"a"), read(5000, b"b"))


def bytes_io_write(run: Stress) -> None:
    file = io.BytesIO()
    (done,) = run(lambda: file.write(LINE.encode() + b"\n"))
    whole_lines(run, done, file.getvalue().decode())


def string_io_write(run: Stress) -> None:
    file = io.StringIO()
    (done,) = run(lambda: file.write(LINE + "\n"))
    whole_lines(run, done, file.getvalue())


def bytes_io_read(run: Stress) -> None:
    def take(file: Any) -> bytes:
        taken = b""
        while part := file.read(10):
            taken += part
        return taken

    def check(_: object, results: list[Any]) -> None:
        if sorted(b"".join(result or b"" for result in results)) != wanted:
            raise Wrong("other bytes than it holds")

    wanted = sorted(bytes(range(256)) * 4)
    run.rounds(lambda: io.BytesIO(bytes(range(256)) * 4), take, check=check, each=50)


def redirect_stdout(run: Stress) -> None:
    def use() -> None:
        target = io.StringIO()
        with contextlib.redirect_stdout(target):
            print("mine")
        if target.getvalue() != "mine\n":
            raise Wrong("the output went elsewhere")

    before = sys.stdout
    run(use)
    if sys.stdout is not before:
        sys.stdout = before
        run.note(Wrong("sys.stdout stayed redirected"))


def mmap_read_write(run: Stress) -> None:
    shared = mmap.mmap(-1, 4096)

    def write(value: int) -> Any:
        return lambda: shared.__setitem__(slice(0, 64), bytes([value]) * 64)

    def read() -> None:
        if len(set(shared[:64])) != 1:
            raise Wrong("half of one write and half of another")

    run(write(1), read, write(2), read)


def mmap_close(run: Stress) -> None:
    def use(shared: mmap.mmap) -> None:
        with suppress(ValueError):
            for _ in range(20):
                shared.find(b"x")

    def close(shared: mmap.mmap) -> None:
        shared.close()

    run.rounds(lambda: mmap.mmap(-1, 65536), use, close)


def connection() -> sqlite3.Connection:
    """Return a connection that any thread may use, to a table of 50 rows in memory."""
    shared = sqlite3.connect(":memory:", check_same_thread=False)
    shared.execute("CREATE TABLE numbers (n INTEGER)")
    shared.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(50)])
    shared.commit()
    return shared


def sqlite_other_thread(run: Stress) -> None:
    own = sqlite3.connect(":memory:")
    run(lambda: own.execute("SELECT 1"), most=500)


def sqlite_own(run: Stress) -> None:
    def use() -> None:
        own = sqlite3.connect(":memory:")
        if own.execute("SELECT 1").fetchone() != (1,):
            raise Wrong("another row")
        own.close()

    run(use, most=500)


def sqlite_read(run: Stress) -> None:
    shared = connection()

    def read() -> None:
        rows = shared.execute("SELECT n FROM numbers").fetchall()
        if len(rows) != 50:
            raise Wrong(f"{len(rows)} rows of 50")

    run(read, most=3000)


def sqlite_cursor(run: Stress) -> None:
    cursor = connection().cursor()

    def read() -> None:
        rows = cursor.execute("SELECT n FROM numbers").fetchall()
        if len(rows) != 50:
            raise Wrong(f"{len(rows)} rows of 50")

    run(read, most=3000)


def sqlite_transaction(run: Stress) -> None:
    shared = connection()

    def move() -> None:
        with shared:
            shared.execute("UPDATE numbers SET n = n + 1 WHERE n = 1")
            raise KeyError

    def count() -> None:
        with suppress(KeyError):
            move()

    def add() -> None:
        with shared:
            shared.execute("INSERT INTO numbers VALUES (1000)")

    added, _ = run(add, count, most=3000)
    (there,) = shared.execute("SELECT count(*) FROM numbers WHERE n = 1000").fetchone()
    run.lost(there, added)


def dbm_write(run: Stress) -> None:
    shared = dbm.dumb.open("data", "c")
    numbers = iter(range(10**9))
    (done,) = run(lambda: shared.__setitem__(str(next(numbers)), "x" * 20), most=2000)
    shared.close()
    with dbm.dumb.open("data", "r") as found:
        run.lost(len(found), done)


def dbm_sqlite_write(run: Stress) -> None:
    import dbm.sqlite3  # type: ignore[import-not-found, unused-ignore]  # since 3.13

    shared = dbm.sqlite3.open("data.db", "c")
    numbers = iter(range(10**9))
    run(lambda: shared.__setitem__(str(next(numbers)), "x"), most=100)


def shelf(flag: str) -> shelve.Shelf[Any]:
    """Return a shelf in dbm.dumb, which every build has."""
    data: Any = dbm.dumb.open("shelf", flag)
    return shelve.Shelf(data)


def shelve_write(run: Stress) -> None:
    shared = shelf("c")
    numbers = iter(range(10**9))
    (done,) = run(lambda: shared.__setitem__(str(next(numbers)), [1, 2]), most=1000)
    shared.close()
    with shelf("r") as found:
        run.lost(len(found), done)


def shelve_read(run: Stress) -> None:
    shared = shelf("c")
    for number in range(20):
        shared[str(number)] = [number]

    def read() -> None:
        if shared["7"] != [7]:
            raise Wrong("another value")

    run(read, most=2000)


def shelve_open_write(run: Stress) -> None:
    shelve.open("shelf").close()
    numbers = iter(range(10**9))

    def write() -> None:
        number = next(numbers)
        with shelve.open("shelf") as own:
            own[str(number)] = [number]

    (done,) = run(write, most=50)
    with shelve.open("shelf") as found:
        run.lost(len(found), done)


def shelve_open_other_thread(run: Stress) -> None:
    with shelve.open("shelf") as shared:
        shared["7"] = [7]

        def read() -> None:
            if shared["7"] != [7]:
                raise Wrong("another value")

        run(read, most=500)


if __name__ == "__main__":
    stress.main(globals())
