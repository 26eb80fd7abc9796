"""os, signal, subprocess, tempfile, shutil, locale, ctypes, gc, importlib and tools."""

import contextlib
import ctypes
import locale
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import stress
from stress import Stress, Wrong, expect


def environ_read_write(run: Stress) -> None:
    def write(value: str) -> Any:
        return lambda: os.environ.__setitem__("STRESS", value)

    def read() -> None:
        if os.environ["STRESS"] not in ("one", "two"):
            raise Wrong("another value")

    os.environ["STRESS"] = "one"
    run(write("one"), read, write("two"), read)


def environ_iterate(run: Stress) -> None:
    def write() -> None:
        for number in range(10):
            os.environ[f"STRESS_{number}"] = "1"
        for number in range(10):
            os.environ.pop(f"STRESS_{number}", None)

    run(write, lambda: dict(os.environ))


def environ_putenv(run: Stress) -> None:
    def write(value: str) -> Any:
        def task() -> None:
            os.environ["STRESS"] = value * 50
            getenv(b"STRESS")

        return task

    getenv = ctypes.CDLL(None).getenv
    run(write("a"), write("b"))


def chdir_together(run: Stress) -> None:
    for name in "ab":
        os.mkdir(name)
    here = Path.cwd()

    def use(name: str) -> Any:
        def task() -> None:
            os.chdir(here / name)
            if Path.cwd().name != name:
                raise Wrong("in the directory of another thread")

        return task

    run(use("a"), use("b"), most=5000)


def contextlib_chdir(run: Stress) -> None:
    for name in "ab":
        os.mkdir(name)
    here = Path.cwd()

    def use(name: str) -> Any:
        def task() -> None:
            with contextlib.chdir(here / name):
                if Path.cwd().name != name:
                    raise Wrong("in the directory of another thread")

        return task

    run(use("a"), use("b"), most=5000)


def umask_set(run: Stress) -> None:
    def use() -> None:
        before = os.umask(0o077)
        os.umask(before)
        if before == 0o077:
            raise Wrong("took the other thread's mask for the old one")

    run(use)


def makedirs_together(run: Stress) -> None:
    numbers = iter(range(10**9))
    run.rounds(
        lambda: f"made/{next(numbers)}/b/c",
        lambda path: os.makedirs(path, exist_ok=True),
        check=lambda path, _: expect(os.path.isdir(path), "no directory"),
    )


def check_then_mkdir(run: Stress) -> None:
    numbers = iter(range(10**9))

    def make(path: str) -> None:
        if not os.path.exists(path):
            os.mkdir(path)

    run.rounds(lambda: f"d{next(numbers)}", make)


def locale_setlocale(run: Stress) -> None:
    def use(name: str) -> Any:
        def task() -> None:
            locale.setlocale(locale.LC_NUMERIC, name)
            if locale.setlocale(locale.LC_NUMERIC) != name:
                raise Wrong("the locale of another thread")

        return task

    run(use("C"), use("C.UTF-8"))


def signal_handler(run: Stress) -> None:
    run(lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN), most=200)


def subprocess_run(run: Stress) -> None:
    def start(text: str) -> Any:
        def task() -> None:
            answer = subprocess.run(["echo", text], capture_output=True, text=True)
            if answer.stdout != text + "\n":
                raise Wrong("the output of another process")

        return task

    run(*map(start, "abcd"), least=20, most=20)


def subprocess_wait(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if results != [3, 3]:
            raise Wrong(f"wait() returned {results}")

    run.rounds(
        lambda: subprocess.Popen(["sh", "-c", "exit 3"]),
        lambda process: process.wait(),
        check=check,
        most=60,
    )


def tempfile_names(run: Stress) -> None:
    names: list[str] = []

    def make() -> None:
        with tempfile.NamedTemporaryFile() as file:
            names.append(file.name)

    (done,) = run(make, most=500)
    run.lost(len(set(names)), done, "named twice")


def shutil_copy(run: Stress) -> None:
    Path("from").write_bytes(b"a" * 5000)

    def use() -> None:
        shutil.copyfile("from", "to")
        size = os.path.getsize("to")
        if size != 5000:
            raise Wrong("the copy is not whole")

    run(use, most=3000)


def shutil_archive(run: Stress) -> None:
    os.mkdir("kept")
    Path("kept/a.txt").write_text("a")
    numbers = iter(range(10**9))
    here = Path.cwd()

    def make() -> None:
        name = here / f"archive{next(numbers)}"
        shutil.make_archive(str(name), "tar", "kept")
        if Path.cwd() != here:
            raise Wrong("in another directory")

    run(make, most=200)


def ctypes_field(run: Stress) -> None:
    number = ctypes.c_long(0)

    def add() -> None:
        number.value += 1

    (done,) = run(add)
    run.lost(number.value, done)


def ctypes_array(run: Stress) -> None:
    numbers = (ctypes.c_long * 10)()

    def write(value: int) -> Any:
        return lambda: numbers.__setitem__(slice(0, 10), [value] * 10)

    def read() -> None:
        if len(set(numbers[:])) != 1:
            raise Wrong("half of one write and half of another")

    run(write(1), read, write(2), read)


def ctypes_errno(run: Stress) -> None:
    def use(value: int) -> Any:
        def task() -> None:
            ctypes.set_errno(value)
            if ctypes.get_errno() != value:
                raise Wrong("the errno of another thread")

        return task

    run(use(1), use(2))


if __name__ == "__main__":
    stress.main(globals())
