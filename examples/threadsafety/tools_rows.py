"""Imports, gc, logging, warnings, mock and sched, in four threads."""

import gc
import importlib
import linecache
import logging
import logging.config
import logging.handlers
import os
import queue
import sched
import sys
import tracemalloc
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import stress
from stress import Stress, Wrong


def gc_collect(run: Stress) -> None:
    def make() -> None:
        ring: list[object] = []
        ring.append(ring)

    run(gc.collect, make, most=2000)


def gc_objects(run: Stress) -> None:
    def make() -> None:
        kept = [[number] for number in range(10)]
        del kept

    run(lambda: len(gc.get_objects()), make, least=10, most=2000)


def import_together(run: Stress) -> None:
    def check(name: str, results: list[Any]) -> None:
        if results[0] is not results[1] or results[0].LAST != 1:
            raise Wrong("two modules, or half of one")

    numbers = iter(range(10**9))
    sys.path.insert(0, os.getcwd())
    for number in range(300):
        Path(f"stress_module_{number}.py").write_text("import json\nLAST = 1\n")
    run.rounds(
        lambda: f"stress_module_{next(numbers)}",
        importlib.import_module,
        check=check,
        most=300,
    )


def import_reload(run: Stress) -> None:
    Path("reloaded.py").write_text("a = 1\nb = 2\n")
    sys.path.insert(0, os.getcwd())
    module = importlib.import_module("reloaded")

    def read() -> None:
        if module.a + module.b != 3:
            raise Wrong("another value")

    run(lambda: importlib.reload(module), read, most=500)


def sys_modules_iterate(run: Stress) -> None:
    def write() -> None:
        for number in range(20):
            sys.modules[f"made{number}"] = sys
        for number in range(20):
            sys.modules.pop(f"made{number}", None)

    run(write, lambda: [name for name in sys.modules])


def logging_handler(run: Stress) -> None:
    logger = logging.getLogger("stress")
    logger.propagate = False
    handler = logging.FileHandler("log.txt")
    logger.addHandler(handler)
    (done,) = run(lambda: logger.warning("a" * 50), most=5000)
    handler.close()
    run.lost(Path("log.txt").read_text().splitlines().count("a" * 50), done)


def logging_add_handler(run: Stress) -> None:
    logger = logging.getLogger("stress")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())

    def turn() -> None:
        handler = logging.NullHandler()
        logger.addHandler(handler)
        logger.removeHandler(handler)

    run(turn, lambda: logger.warning("a"), most=5000)


def logging_stream(run: Stress) -> None:
    logger = logging.getLogger("stress")
    logger.propagate = False
    with open("log.txt", "w") as file:
        logger.addHandler(logging.StreamHandler(file))
        (done,) = run(lambda: logger.warning("a" * 50), most=5000)
    run.lost(Path("log.txt").read_text().splitlines().count("a" * 50), done)


def logging_two_handlers(run: Stress) -> None:
    with open("log.txt", "w") as file:

        def log(name: str) -> Any:
            logger = logging.getLogger(name)
            logger.propagate = False
            logger.addHandler(logging.StreamHandler(file))
            return lambda: logger.warning("a" * 50)

        done = sum(run(log("one"), log("two"), most=5000))
    text = Path("log.txt").read_text("utf-8", "replace")
    run.lost(text.splitlines().count("a" * 50), done)


def logging_set_level(run: Stress) -> None:
    records: queue.SimpleQueue[Any] = queue.SimpleQueue()
    logger = logging.getLogger("stress")
    logger.propagate = False
    logger.addHandler(logging.handlers.QueueHandler(records))

    def turn() -> None:
        logger.setLevel(logging.ERROR)
        logger.setLevel(logging.INFO)

    _, done = run(turn, lambda: logger.error("a"), most=5000)
    run.lost(records.qsize(), done)


def logging_config(run: Stress) -> None:
    settings = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "log.txt"}},
        "root": {"handlers": ["file"]},
    }
    logging.lastResort = None
    logging.config.dictConfig(settings)
    _, done = run(
        lambda: logging.config.dictConfig(settings),
        lambda: logging.getLogger().warning("a" * 50),
        most=50_000,
    )
    logging.shutdown()
    run.lost(Path("log.txt").read_text().splitlines().count("a" * 50), done)


def logging_get_logger(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if results[0] is not results[1]:
            raise Wrong("two loggers with one name")

    numbers = iter(range(10**9))
    run.rounds(lambda: f"stress.{next(numbers)}", logging.getLogger, check=check)


def logging_rotating(run: Stress) -> None:
    logger = logging.getLogger("stress")
    logger.propagate = False
    handler = logging.handlers.RotatingFileHandler("log.txt", maxBytes=20_000, backupCount=9999)
    logger.addHandler(handler)
    (done,) = run(lambda: logger.warning("a" * 50), most=1000)
    handler.close()
    text = "".join(path.read_text() for path in Path().glob("log.txt*"))
    run.lost(text.splitlines().count("a" * 50), done)


def logging_queue(run: Stress) -> None:
    records: queue.SimpleQueue[Any] = queue.SimpleQueue()
    logger = logging.getLogger("stress")
    logger.propagate = False
    logger.addHandler(logging.handlers.QueueHandler(records))
    (done,) = run(lambda: logger.warning("a"), most=5000)
    run.lost(records.qsize(), done)


def warnings_catch(run: Stress) -> None:
    def use() -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("mine", stacklevel=1)
        if len(caught or ()) != 1:
            raise Wrong(f"caught {len(caught or ())} warnings of 1")

    before = warnings.showwarning
    with mock.patch("sys.stderr", open(os.devnull, "w")):
        run(use)
    if warnings.showwarning is not before:
        run.note(Wrong("showwarning stayed replaced"))


def mock_patch(run: Stress) -> None:
    before = os.getcwd

    def use(value: str) -> Any:
        def task() -> None:
            with mock.patch("os.getcwd", return_value=value):
                if {os.getcwd() for _ in range(50)} != {value}:
                    raise Wrong("the mock of another thread")

        return task

    run(use("a"), use("b"), most=1000)
    if os.getcwd is not before:
        run.note(Wrong("os.getcwd stayed replaced"))


def mock_call_count(run: Stress) -> None:
    double = mock.Mock()
    (done,) = run(double, most=3000)
    run.lost(double.call_count, done)


def linecache_getline(run: Stress) -> None:
    Path("cached.py").write_text("first\nsecond\n")

    def read() -> None:
        if linecache.getline("cached.py", 2) != "second\n":
            raise Wrong("another line")

    run(linecache.checkcache, read, linecache.clearcache, read, most=5000)


def tracemalloc_snapshot(run: Stress) -> None:
    tracemalloc.start()
    run(lambda: [bytes(100) for _ in range(10)], tracemalloc.take_snapshot, most=500)
    tracemalloc.stop()


def sched_enter(run: Stress) -> None:
    happened: list[int] = []
    scheduler = sched.scheduler()
    (done,) = run(lambda: scheduler.enter(0, 1, happened.append, (1,)), most=3000)
    scheduler.run()
    run.lost(len(happened), done)


if __name__ == "__main__":
    stress.main(globals())
