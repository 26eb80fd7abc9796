"""Call a function that may hang, in a process that is killed when it takes too long.

For code that is not yours, has no timeout of its own, or may crash the interpreter:

    page = call(render, template, timeout=30)  # seconds

Any thread may call, and a pool of threads bounds how many processes there are.
Processes are started by "spawn", which is safe in a program with threads:
https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

TICK = 0.2  # seconds that one wait may take, as not every platform interrupts a wait
SPAWN = multiprocessing.get_context("spawn")


class Died(Exception):
    """The process ended without an answer: a crash, a kill from outside, `os._exit`."""


class Stopped(Exception):
    """The call was given up because its `stop` was set."""


def call(
    function: Callable[..., Any],
    *args: Any,
    timeout: float,
    stop: threading.Event | None = None,
) -> Any:
    """Return `function(*args)`, called in a process of its own.

    However this ends, by Ctrl-C too, the process has ended before it returns or raises.
    Processes that `function` started itself are not killed, and it cannot use `multiprocessing`
    to start any: its own is a daemon, which ends with this one.

    Args:
        function: found by its name in a module, as are its arguments and its result:
            https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled
        timeout: seconds for everything once `args` are pickled: the start of the process,
            sending them, however large, the import of the main module, the answer.
        stop: kill the process when this is set.

    Raises:
        TimeoutError: `function` was not done in time. It may have raised one itself.
        Stopped: `stop` was set first.
        Died: the process ended without an answer.
        Exception: whatever `function` raised, with its traceback as a note; or what
            pickle raises for a `function` and `args` that cannot be sent.
        RuntimeError: what it returned or raised cannot be sent back; says what it was.
    """
    task = pickle.dumps((function, args))
    deadline = time.monotonic() + timeout
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=_answer, args=(there,), daemon=True)
    # What is larger than a pipe's buffer waits until the process reads, so a thread sends it.
    sender = threading.Thread(target=_send, args=(here, task), daemon=True)
    try:
        with there:  # the process has its own, and its end is to be noticed
            process.start()
        sender.start()
        succeeded, value = _wait(process, here, deadline, timeout, stop)
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        if sender.ident is not None:
            sender.join()  # its reader is gone
        here.close()
    if succeeded:
        return value
    raise value


def _send(connection: Connection, task: bytes) -> None:
    with suppress(OSError):  # the process has ended, which the other thread sees
        connection.send_bytes(task)


def _wait(
    process: multiprocessing.process.BaseProcess,
    connection: Connection,
    deadline: float,
    timeout: float,
    stop: threading.Event | None,
) -> tuple[bool, Any]:
    while True:
        try:
            if connection.poll(min(TICK, max(0.0, deadline - time.monotonic()))):
                succeeded, value = pickle.loads(connection.recv_bytes())
                return succeeded, value
        except (EOFError, ConnectionError):
            # It has ended, is about to, or has closed its end.
            if process.exitcode is not None:
                raise Died(f"the process ended with exit code {process.exitcode}") from None
            time.sleep(0.01)
        if stop is not None and stop.is_set():
            raise Stopped
        if time.monotonic() >= deadline:
            raise TimeoutError(f"killed after {timeout:g} s")


def _answer(connection: Connection) -> None:
    # Ctrl-C in a terminal reaches this process as well; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        function, args = pickle.loads(connection.recv_bytes())
        answer = True, function(*args)
    except BaseException as error:
        error.add_note("".join(traceback.format_exception(error)))
        answer = False, error
    connection.send_bytes(_packed(answer))


def _packed(answer: tuple[bool, Any]) -> bytes:
    try:
        packed = pickle.dumps(answer)
        pickle.loads(packed)  # not every exception that can be pickled can be unpickled
        return packed
    except Exception as reason:
        instead = RuntimeError(f"cannot be sent back: {answer[1]!r}")
        instead.add_note(f"{type(reason).__name__}: {reason}")
        return pickle.dumps((False, instead))


def hang() -> None:
    """Wait for ever."""
    threading.Event().wait()


def main() -> None:
    """Call what answers, raises, crashes and hangs."""
    print("pow:", call(pow, 2, 10, timeout=60))
    for function, args, timeout in (
        (int, ("two",), 60),
        (os._exit, (3,), 60),
        (hang, (), 1),
    ):
        try:
            call(function, *args, timeout=timeout)
        except (ValueError, Died, TimeoutError) as error:
            print(f"{function.__name__}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
