"""Run a job again and again in a thread that ends when asked, and never in silence.

Use it for what a process does beside its work: a heartbeat, a cache refresh, a
metrics flush. The thread is a `threading.Thread`, see
https://docs.python.org/3/library/threading.html#thread-objects.

    with Periodic(send_heartbeat, interval=10):
        serve()
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)


def log_error(error: BaseException) -> None:
    """Log what a job raised, with its traceback."""
    log.error("periodic job failed", exc_info=error)


class Periodic:
    """A thread that calls `job()` at once, and then every `interval` seconds.

    Runs never overlap. A run that takes longer than `interval` puts off the next one,
    which then starts at once; the runs that were missed are not made up for.

    Whatever `job` raises goes to `on_error`, in the service's thread, and the next run
    takes place all the same. That includes SystemExit, which would otherwise end the
    thread without a word. What `on_error` itself raises is logged.

    The thread is not a daemon, so that no run is cut off half way at exit. The process
    therefore lives until `stop()` has been called: use `with`, or call it in `finally`.
    A job that waits for something must bound that wait, or watch `stopping`.

    Attributes:
        stopping: set once the service has been asked to stop; for jobs to look at.
        runs: how many runs have ended, failed ones included.
        failures: how many runs have raised.
    """

    def __init__(
        self,
        job: Callable[[], object],
        interval: float,
        *,
        name: str = "periodic",
        on_error: Callable[[BaseException], object] = log_error,
        grace: float = 10.0,
    ) -> None:
        """Prepare the service; `start()`, or `with`, starts it.

        Args:
            job: called without arguments; what it returns is dropped.
            interval: seconds from the start of one run to the start of the next.
            name: the name of the thread, as logs and debuggers show it.
            on_error: called with each exception that `job` raises.
            grace: seconds that `stop()` waits for a run that is under way.

        Raises:
            ValueError: `interval` is not above zero, or above `threading.TIMEOUT_MAX`.
        """
        if not 0 < interval <= threading.TIMEOUT_MAX:
            raise ValueError(f"interval: {interval!r} seconds cannot be waited for")
        self.stopping = threading.Event()
        self.runs = 0  # only the service's thread writes these two
        self.failures = 0
        self._job = job
        self._interval = interval
        self._on_error = on_error
        self._grace = grace
        self._thread = threading.Thread(target=self._run, name=name, daemon=False)

    def start(self) -> None:
        """Start the thread.

        Raises:
            RuntimeError: it was started or stopped before, or no thread can be had.
        """
        if self.stopping.is_set():
            raise RuntimeError("a service that was stopped cannot be started")
        self._thread.start()

    def stop(self) -> None:
        """Ask the service to stop, and wait until it has.

        A wait between two runs ends at once, and no run starts any more. May be called
        again, from any thread; the job may call it too, and is then not waited for.

        Raises:
            TimeoutError: a run is still under way `grace` seconds later.
        """
        self.stopping.set()
        thread = self._thread
        if thread.ident is None or thread is threading.current_thread():
            return
        thread.join(self._grace)
        if thread.is_alive():
            raise TimeoutError(f"{thread.name}: still running after {self._grace:g} s")

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def __enter__(self) -> "Periodic":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        due = time.monotonic()
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            try:
                self._job()
            except BaseException as error:
                self.failures += 1
                self._report(error)
            self.runs += 1
            due = max(due + self._interval, time.monotonic())

    def _report(self, error: BaseException) -> None:
        try:
            self._on_error(error)
        except BaseException:
            log.exception("on_error failed")


def run_until_signal(service: Periodic) -> signal.Signals:
    """Run `service` until Ctrl-C or SIGTERM, stop it, and return which of them it was.

    Further signals are ignored while it stops; then the handlers are as before.

    Raises:
        ValueError: this is not the main thread, which alone may set signal handlers.
        TimeoutError: as `Periodic.stop()`.
    """
    arrived: SimpleQueue[int] = SimpleQueue()

    def handle(number: int, _: object) -> None:
        # Event.set() takes a lock, which the interrupted main thread may be holding.
        # This put() may interrupt anything:
        # https://docs.python.org/3/library/queue.html#queue.SimpleQueue.put
        arrived.put(number)

    before = {}
    try:
        for number in signal.SIGINT, signal.SIGTERM:
            before[number] = signal.signal(number, handle)
        with service:
            while True:
                try:  # with a timeout, as not every platform interrupts a wait
                    return signal.Signals(arrived.get(timeout=1))
                except Empty:
                    continue
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def main() -> None:
    """Send heartbeats, the second of them in vain, until SIGTERM says stop."""
    service: Periodic

    def beat() -> None:
        number = service.runs + 1
        if number == 2:
            raise ConnectionError("monitor is away")
        print(f"beat {number}")
        if number == 3:
            os.kill(os.getpid(), signal.SIGTERM)  # as systemd or Kubernetes would
            service.stopping.wait()

    def failed(error: BaseException) -> None:
        print(f"beat {service.runs + 1} failed: {error!r}")

    service = Periodic(beat, interval=0.05, name="heartbeat", on_error=failed)
    reason = run_until_signal(service)
    print(f"{reason.name}: {service.runs} runs, {service.failures} of them failed")


if __name__ == "__main__":
    main()
