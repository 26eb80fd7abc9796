"""multiprocessing, asyncio, interpreters and tkinter, used from four threads."""

import asyncio
import multiprocessing
import multiprocessing.dummy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import stress
from stress import Stress, Wrong, expect


def multiprocessing_queue(run: Stress) -> None:
    context = multiprocessing.get_context("spawn")
    shared: Any = context.Queue()
    (done,) = run(lambda: shared.put(1), most=500)
    run.lost(sum(shared.get(timeout=5) for _ in range(done)), done)
    shared.close()


def multiprocessing_connection(run: Stress) -> None:
    reader, writer = multiprocessing.Pipe(duplex=False)
    found: list[int] = []

    def read() -> None:
        with suppress(EOFError):
            while True:
                try:
                    found.append(len(reader.recv_bytes(200_000)))
                except OSError as error:
                    run.note(Wrong(f"the pipe is corrupted: {error}"))
                    return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    with suppress(OSError):
        run(lambda: writer.send_bytes(b"x" * 100_000), least=5, most=20)
    writer.close()
    thread.join(5)
    if any(size != 100_000 for size in found):
        run.note(Wrong("a message of another length"))


def multiprocessing_value(run: Stress) -> None:
    number = multiprocessing.Value("i", 0)

    def add() -> None:
        number.value += 1

    (done,) = run(add, most=20_000)
    run.lost(number.value, done)


def multiprocessing_value_lock(run: Stress) -> None:
    number = multiprocessing.Value("i", 0)

    def add() -> None:
        with number.get_lock():
            number.value += 1

    (done,) = run(add, most=20_000)
    run.lost(number.value, done)


def multiprocessing_manager(run: Stress) -> None:
    with multiprocessing.get_context("spawn").Manager() as manager:
        shared = manager.dict(n=0)

        def add() -> None:
            shared["n"] += 1

        (done,) = run(add, most=1000)
        run.lost(shared["n"], done)


def multiprocessing_pool(run: Stress) -> None:
    with multiprocessing.dummy.Pool(4) as pool:
        run(
            lambda: expect(pool.apply(int, ("1",)) == 1, "another result"),
            most=500,
        )


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def asyncio_call_soon(run: Stress) -> None:
    with _loop() as loop:
        loop.set_debug(True)
        run(lambda: loop.call_soon(int), most=200)


def asyncio_call_threadsafe(run: Stress) -> None:
    happened: list[int] = []
    with _loop() as loop:
        (done,) = run(lambda: loop.call_soon_threadsafe(happened.append, 1), most=2000)
    run.lost(len(happened), done)


def asyncio_queue(run: Stress) -> None:
    with _loop() as loop:
        items: asyncio.Queue[int] = asyncio.Queue()
        came: list[int] = []

        async def take() -> None:
            while await items.get():
                came.append(1)

        taking = asyncio.run_coroutine_threadsafe(take(), loop)
        (done,) = run(lambda: items.put_nowait(1), most=2000)
        time.sleep(0.1)  # as long as a task needs that was woken
        there = len(came)
        loop.call_soon_threadsafe(items.put_nowait, 0)
        taking.result(5)
    run.lost(there, done, "did not wake the task")


def asyncio_event(run: Stress) -> None:
    with _loop() as loop:

        def turn() -> None:
            event = asyncio.Event()
            waiting = asyncio.run_coroutine_threadsafe(event.wait(), loop)
            while not event._waiters:  # the task waits
                time.sleep(0)
            event.set()
            try:
                waiting.result(0.2)
            except TimeoutError:
                raise Wrong("the task never woke") from None

        run(turn, least=5, most=300)


def asyncio_future(run: Stress) -> None:
    with _loop() as loop:

        def turn() -> None:
            future = loop.create_future()

            async def wait() -> int:
                return int(await future)

            waiting = asyncio.run_coroutine_threadsafe(wait(), loop)
            future.get_loop().call_soon_threadsafe(lambda: None)
            future.set_result(1)
            try:
                waiting.result(0.2)
            except TimeoutError:
                raise Wrong("the task never woke") from None

        run(turn, least=5, most=300)


def asyncio_run_threadsafe(run: Stress) -> None:
    with _loop() as loop:

        async def answer() -> int:
            return 1

        def turn() -> None:
            if asyncio.run_coroutine_threadsafe(answer(), loop).result(5) != 1:
                raise Wrong("another answer")

        run(turn, most=500)


def asyncio_lock(run: Stress) -> None:
    lock = asyncio.Lock()

    async def use() -> None:
        async with lock:
            await asyncio.sleep(0)

    run(lambda: asyncio.run(asyncio.wait_for(use(), 0.5)), least=5, most=50)


def asyncio_own(run: Stress) -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 1

    run(lambda: expect(asyncio.run(answer()) == 1, "another"), most=200)


def interpreter_exec(run: Stress) -> None:
    from concurrent import interpreters  # type: ignore[attr-defined]  # since 3.14

    shared = interpreters.create()
    run(lambda: shared.exec("for _ in range(1000): pass"), most=300)
    shared.close()


def interpreter_queue(run: Stress) -> None:
    from concurrent import interpreters  # type: ignore[attr-defined]

    shared = interpreters.create_queue()
    put, _ = run(lambda: shared.put(1), shared.qsize, most=1000)
    run.lost(sum(shared.get() for _ in range(put)), put)


def tkinter_call(run: Stress) -> None:
    import tkinter

    shared = tkinter.Tcl()
    run(lambda: shared.call("expr", "1 + 1"), least=5, most=5)  # each waits for a second


if __name__ == "__main__":
    stress.main(globals())
