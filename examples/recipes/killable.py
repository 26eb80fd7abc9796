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
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
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

    However this ends, by Ctrl-C too, the process has ended before it returns or raises. Ctrl-C
    in the middle of `Process.start` alone leaves one, which finds no task and ends.
    Arguments and answer are passed in a temporary folder that only its user can read: a pipe
    that breaks off in the middle of an answer would keep its reader waiting.

    Processes that `function` started itself are not killed, and it cannot use `multiprocessing`
    to start any: its own is a daemon, which ends with this one.

    Args:
        function: found by its name in a module, as are its arguments and its result:
            https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled
            Locks and queues of `multiprocessing` are not among them: they pass only to a
            process that is being started with them.
        timeout: seconds for everything once `args` are pickled: the start of the process,
            the import of the main module, the answer, however large.
        stop: kill the process when this is set.

    Raises:
        TimeoutError: `function` was not done in time. It may have raised one itself.
        Stopped: `stop` was set first.
        Died: the process ended without an answer.
        Exception: whatever `function` raised, with its traceback as a note; or what
            pickle raises for a `function` and `args` that cannot be sent.
        OSError: there is no temporary folder, or no room for `args` in it.
        RuntimeError: what it returned or raised cannot be sent back; says what it was.
    """
    task = pickle.dumps((function, args))
    deadline = time.monotonic() + timeout
    with tempfile.TemporaryDirectory(prefix="killable-") as name:
        folder = Path(name)
        (folder / "task").write_bytes(task)
        process = SPAWN.Process(target=_answer, args=(folder,), daemon=True)
        try:
            process.start()
            answer = _wait(process, folder / "answer", deadline, timeout, stop)
        finally:
            if process.pid is not None:
                process.kill()
                process.join()
    succeeded, value = pickle.loads(answer)
    if succeeded:
        return value
    raise value


def _wait(
    process: multiprocessing.process.BaseProcess,
    answer: Path,
    deadline: float,
    timeout: float,
    stop: threading.Event | None,
) -> bytes:
    while process.exitcode is None and not answer.exists():
        if stop is not None and stop.is_set():
            raise Stopped
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"killed after {timeout:g} s")
        # join(timeout) would wait for ever for a process that closed all its files, and goes on.
        if wait([process.sentinel], min(TICK, left)) and process.exitcode is None:
            time.sleep(0.01)
    wait([process.sentinel], TICK)  # what it printed is written when it ends
    if not answer.exists():
        raise Died(f"the process ended with exit code {process.exitcode}")
    return answer.read_bytes()


def _answer(folder: Path) -> None:
    # Ctrl-C in a terminal reaches this process as well; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        function, args = pickle.loads((folder / "task").read_bytes())
        answer = True, function(*args)
    except BaseException as error:
        with suppress(Exception):  # of one that takes no notes, such as a frozen dataclass
            error.add_note("".join(traceback.format_exception(error)))
        answer = False, error
    unfinished = folder / "unfinished"
    unfinished.write_bytes(_packed(answer))
    unfinished.replace(folder / "answer")  # is there as a whole or not at all


def _packed(answer: tuple[bool, Any]) -> bytes:
    try:
        packed = pickle.dumps(answer)
        pickle.loads(packed)  # not every exception that can be pickled can be unpickled
        return packed
    except Exception as reason:
        try:
            what = repr(answer[1])
        except Exception:  # nested too deeply for that, too
            what = object.__repr__(answer[1])
        instead = RuntimeError(f"cannot be sent back: {what}")
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
