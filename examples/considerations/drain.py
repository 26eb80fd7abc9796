"""Work off tasks in threads until SIGTERM or Ctrl-C, and say what was left behind.

For a service that takes its tasks from a queue, a socket or a table. Asked to stop, it
accepts no more, finishes what it has accepted within a deadline, reports the rest, and
ends with an exit code that tells a supervisor which of the two it was.

    service = Service(handle_order, workers=8)
    report = serve(service, orders(), grace=25)  # seconds, fewer than before SIGKILL
    leave(report)

Signals: https://docs.python.org/3/library/signal.html#signals-and-threads
"""

import faulthandler
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, NoReturn

log = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0


@dataclass
class Report:
    """How a service ended.

    Attributes:
        done: how many tasks ended well.
        failed: how many raised; `on_error` has seen each of them.
        unstarted: the tasks that were taken from the source and not begun, in order.
        unfinished: the tasks that were still running at the deadline.
        reason: "SIGTERM", "SIGINT" or "end of source".
        source: "ok", "failed" if it raised, "hangs" if it did not come back in time.
    """

    done: int
    failed: int
    unstarted: list[Any]
    unfinished: list[Any]
    reason: str = ""
    source: str = "ok"

    @property
    def exit_code(self) -> int:
        """0 if every task that was taken has ended and the source is well, else 1.

        A task that raised has ended: one bad task does not make a stop unclean.
        """
        return int(bool(self.unstarted or self.unfinished or self.source != "ok"))

    @property
    def hangs(self) -> bool:
        """Tell whether a thread is left that would keep the process from ending."""
        return bool(self.unfinished) or self.source == "hangs"


def log_error(task: Any, error: BaseException) -> None:
    """Log what a task raised, with its traceback."""
    log.error("task %r failed", task, exc_info=error)


class Service:
    """Threads that call `handle(task)` for each task that `submit()` was given.

    Whatever `handle` raises goes to `on_error(task, error)`, in the worker, which then
    takes the next task. That includes SystemExit. What `on_error` raises is logged.

    A task that waits for something must bound that wait, or watch `stopping`: a thread
    cannot be stopped from outside. The threads are not daemons, so that no task is cut
    off while the interpreter shuts down.

    Attributes:
        stopping: set once the service accepts no more tasks; for tasks to look at.
    """

    def __init__(
        self,
        handle: Callable[[Any], object],
        *,
        workers: int = 4,
        capacity: int = 100,
        on_error: Callable[[Any, BaseException], object] = log_error,
        name: str = "worker",
    ) -> None:
        """Prepare the service; `start()` starts it, and so does `serve()`.

        Args:
            handle: called with one task, by several threads at a time.
            workers: how many threads there are, and so how many tasks run at a time.
            capacity: how many accepted tasks may wait; `submit()` blocks beyond that.
            on_error: called with each task that raised, and with what it raised.
            name: how the threads are called, followed by a number.

        Raises:
            ValueError: `workers` or `capacity` is below one.
        """
        if not (workers >= 1 and capacity >= 1):  # NaN, too
            raise ValueError(f"{workers} workers, capacity {capacity}: at least one of each")
        self.stopping = threading.Event()
        self._handle = handle
        self._capacity = capacity
        self._on_error = on_error
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=False)
            for number in range(1, workers + 1)
        ]
        self._changed = threading.Condition()  # guards all that follows
        self._waiting: deque[Any] = deque()
        self._running: dict[threading.Thread, Any] = {}
        self._done = self._failed = 0

    def start(self) -> None:
        """Start the threads.

        Raises:
            RuntimeError: the service was started or stopped before, or threads cannot
                be had. Those that could are stopped again.
        """
        if self.stopping.is_set() or any(thread.ident for thread in self._threads):
            raise RuntimeError("a service can be started only once")
        try:
            for thread in self._threads:
                thread.start()
        except RuntimeError:
            self.drain(0)
            raise

    def submit(self, task: Any) -> bool:
        """Accept `task`, or return False because the service is stopping.

        Blocks while `capacity` tasks wait (backpressure), until there is room or the
        service stops. A task that was refused is still the caller's.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self.stopping.is_set() or len(self._waiting) < self._capacity
            )
            if self.stopping.is_set():
                return False
            self._waiting.append(task)
            self._changed.notify_all()
            return True

    def wait_until_idle(self) -> None:
        """Block until every accepted task has ended, or the service is asked to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self.stopping.is_set() or not self._busy())

    def drain(self, grace: float) -> Report:
        """Accept no more, and give what was accepted `grace` seconds to end.

        Tasks that have not begun by then never will. If none is left running, the
        threads have ended as well. Not to be called by a task, which would wait for
        itself. May be called again, to give the running tasks more time.
        """
        deadline = time.monotonic() + grace
        with self._changed:
            self.stopping.set()
            self._changed.notify_all()
            while self._busy() and (left := deadline - time.monotonic()) > 0:
                # Not every platform interrupts a wait when a signal comes: wait in parts.
                self._changed.wait(min(left, 1.0))
            report = Report(
                self._done, self._failed, list(self._waiting), list(self._running.values())
            )
            self._waiting.clear()
        if not report.unfinished:
            for thread in self._threads:
                if thread.ident is not None:
                    thread.join()
        return report

    def _busy(self) -> bool:
        return bool(self._waiting or self._running)

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self.stopping.is_set())
                if not self._waiting:
                    return
                task = self._running[me] = self._waiting.popleft()
                self._changed.notify_all()
            succeeded = self._attempt(task)
            with self._changed:
                del self._running[me]
                self._done += succeeded
                self._failed += not succeeded
                self._changed.notify_all()

    def _attempt(self, task: Any) -> bool:
        try:
            self._handle(task)
        except BaseException as error:
            try:
                self._on_error(task, error)
            except BaseException:
                log.exception("on_error failed for task %r", task)
            return False
        return True


def serve(service: Service, source: Iterable[Any], *, grace: float = 10.0) -> Report:
    """Feed `service` from `source` until that ends, or until SIGTERM or Ctrl-C; then drain.

    The source is iterated in a thread of its own. It may block, and should end soon after
    `service.stopping` is set. When it ends by itself, the accepted tasks get all the time
    they need; after a signal they get `grace` seconds. A source that raises is logged, and
    counts as ended.

    Once a signal has arrived, Ctrl-C kills the process at once, and SIGTERM is ignored. The
    signal handlers are put back at the end.

    Raises:
        ValueError: this is not the main thread, which alone may set signal handlers.
        RuntimeError: the service was started or stopped before, or threads cannot be had.
    """
    news: SimpleQueue[int | None] = SimpleQueue()
    refused: list[Any] = []  # the feeder's alone, until it has ended
    errors: list[BaseException] = []

    def handler(number: int, _: object) -> None:
        # No lock may be taken here, as the interrupted main thread may hold it. put() is safe:
        # https://docs.python.org/3/library/queue.html#queue.SimpleQueue.put
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        news.put(number)

    def feed() -> None:
        try:
            for task in source:
                if not service.submit(task):
                    refused.append(task)
                    break
        except BaseException as error:
            log.error("the source failed", exc_info=error)
            errors.append(error)
        service.wait_until_idle()
        news.put(None)

    feeder = threading.Thread(target=feed, name="source", daemon=False)
    before = {}
    try:
        for number in signal.SIGINT, signal.SIGTERM:
            before[number] = signal.signal(number, handler)
        service.start()
        try:
            feeder.start()
            first = _wait_for(news)
        finally:
            deadline = time.monotonic() + min(grace, threading.TIMEOUT_MAX)
            report = service.drain(grace)
        # It has said that it is done, or it has the rest of the time, and a moment at least.
        feeder.join(None if first is None else max(0.1, deadline - time.monotonic()))
    finally:
        for number, previous in before.items():
            signal.signal(number, signal.SIG_DFL if previous is None else previous)

    report.reason = "end of source" if first is None else signal.Signals(first).name
    report.unstarted += refused
    report.source = "hangs" if feeder.is_alive() else "failed" if errors else "ok"
    return report


def _wait_for(news: "SimpleQueue[int | None]") -> int | None:
    while True:
        try:  # with a timeout, as not every platform interrupts a wait
            return news.get(timeout=1)
        except Empty:
            continue


def leave(report: Report, *, dump: bool = True) -> NoReturn:
    """End the process with `report.exit_code`, also if some of its threads never end.

    Threads that hang would keep `sys.exit()` waiting for ever. Then this writes to
    stderr where each thread stands, unless `dump` is false, flushes the logs and streams,
    and ends without `atexit` handlers: https://docs.python.org/3/library/os.html#os._exit
    """
    if not report.hangs:
        sys.exit(report.exit_code)
    try:
        # A thread that hangs may hold the lock of a stream: flush, but not for ever.
        faulthandler.dump_traceback_later(FLUSH_SECONDS, exit=True)
        if dump:
            faulthandler.dump_traceback()
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(report.exit_code)


def take_orders() -> NoReturn:
    """Serve some orders, one of which never ends, while SIGTERM comes."""

    def handle(order: str) -> None:
        if order == "stuck order":
            threading.Event().wait()  # for a peer that never answers
        if order == "bad order":
            raise ValueError("no such article")
        if order == "slow order":
            service.stopping.wait()  # is still at work when SIGTERM comes
        print(f"{order}: done")

    def failed(order: str, error: BaseException) -> None:
        print(f"{order}: {error!r}")

    def orders() -> Iterator[str]:
        yield from ["stuck order", "order 1", "bad order", "slow order", "order 2"]
        os.kill(os.getpid(), signal.SIGTERM)  # as systemd or Kubernetes would
        service.stopping.wait()
        yield "late order"

    service = Service(handle, workers=2, on_error=failed)
    report = serve(service, orders(), grace=3)
    print(f"{report.reason}: {report.done} done, {report.failed} failed")
    print(f"not started: {report.unstarted}, still running: {report.unfinished}")
    leave(report, dump=False)


def main() -> None:
    """Run the service in a process of its own, and show how that ends."""
    if sys.argv[1:] == ["serve"]:
        take_orders()
    process = subprocess.run([sys.executable, __file__, "serve"], check=False)
    print(f"exit code {process.returncode}")


if __name__ == "__main__":
    main()
