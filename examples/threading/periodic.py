"""Run jobs at fixed times, each in a thread of its own, until told to stop.

    jobs = Jobs()
    jobs.every(10, send_heartbeat)  # seconds
    jobs.every(3600, clean_up, delay=60)
    with jobs:
        serve()              # or, to run until Ctrl-C or SIGTERM: run_until_signal(jobs)

The times do not drift: the thousandth run is due 1000 intervals after the start, however
long the runs took. The clock is one that nobody can set:
https://docs.python.org/3/library/time.html#time.monotonic
"""

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)


def log_error(name: str, error: BaseException) -> None:
    """Log what a job raised, with its traceback."""
    log.error("job %s failed", name, exc_info=error)


class Job:
    """A function, the times at which it is due, and what became of them.

    Attributes:
        name: of the job and its thread.
        runs: how many runs have ended, failed ones included.
        failures: how many runs have raised.
        skipped: how many times passed while an earlier run was under way.
    """

    def __init__(
        self, interval: float, function: Callable[[], object], delay: float, name: str
    ) -> None:
        self.name = name
        self.runs = self.failures = self.skipped = 0  # only the job's thread writes these
        self.interval, self.function, self.delay = interval, function, delay


class Jobs:
    """Threads that run jobs, one a job, so that a slow job delays no other.

    Runs of one job never overlap. When a run takes longer than the interval, the times
    that it missed are skipped, and the next run comes at the next time.

    Whatever a job raises goes to `on_error(name, error)`, in the job's thread, and the
    next run takes place all the same. That includes SystemExit.

    A job that waits for something must bound that wait, or watch `stopping`. The threads
    are not daemons, so that no run is cut off at exit: use `with`, or call `stop()`.

    Attributes:
        stopping: set once the jobs have been asked to stop; for jobs to look at.
    """

    def __init__(
        self,
        *,
        on_error: Callable[[str, BaseException], object] = log_error,
        grace: float = 10.0,
        stopping: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with no job.

        Args:
            on_error: called with the name of a job that raised, and with what it raised.
            grace: seconds that `stop()` waits for the runs that are under way.
            stopping: an event of yours, which stops the jobs as `stop()` does.
            clock: seconds that never go back; for tests, with a `stopping` that waits by it.
        """
        self.stopping = threading.Event() if stopping is None else stopping
        self._on_error = on_error
        self._grace = grace
        self._clock = clock
        self._jobs: list[Job] = []
        self._threads: list[threading.Thread] = []
        self._started = False

    def every(
        self,
        interval: float,
        function: Callable[[], object],
        *,
        delay: float = 0.0,
        name: str = "",
    ) -> Job:
        """Add a job, before the start: `delay` seconds after it, and then every `interval`.

        Raises:
            RuntimeError: the jobs were started.
            ValueError: the seconds cannot be waited for.
        """
        if self._started:
            raise RuntimeError("jobs are added before the start")
        if not 0 < interval <= threading.TIMEOUT_MAX or not 0 <= delay <= threading.TIMEOUT_MAX:
            raise ValueError(f"interval {interval!r}, delay {delay!r}: cannot be waited for")
        job = Job(interval, function, delay, name or getattr(function, "__name__", "job"))
        self._jobs.append(job)
        return job

    def start(self) -> None:
        """Start the threads.

        Raises:
            RuntimeError: they were started before, or cannot be had. Those that could are
                stopped again.
        """
        if self._started:
            raise RuntimeError("jobs can be started only once")
        self._started, now = True, self._clock()
        try:
            for job in self._jobs:
                thread = threading.Thread(
                    target=self._run, args=(job, now + job.delay), name=job.name, daemon=False
                )
                thread.start()
                self._threads.append(thread)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask all jobs to stop, and wait until they have. May be called again.

        Waits for a time to come end at once, and no run begins any more. If a job calls
        this, its own thread is not waited for; two jobs that do wait for each other.

        Raises:
            TimeoutError: runs are still under way `grace` seconds later; names the jobs.
        """
        self.stopping.set()
        end = time.monotonic() + min(self._grace, threading.TIMEOUT_MAX)
        others = [t for t in self._threads if t is not threading.current_thread()]
        for thread in others:
            thread.join(max(0.0, end - time.monotonic()))
        if alive := [thread.name for thread in others if thread.is_alive()]:
            raise TimeoutError(f"still running after {self._grace:g} s: {', '.join(alive)}")

    def __enter__(self) -> "Jobs":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, job: Job, first: float) -> None:
        number = 0  # of the time that is due
        while not self.stopping.wait(max(0.0, first + number * job.interval - self._clock())):
            try:
                job.function()
            except BaseException as error:
                job.failures += 1
                self._report(job, error)
            job.runs += 1
            coming = max(number + 1, math.ceil((self._clock() - first) / job.interval))
            job.skipped += coming - number - 1
            number = coming

    def _report(self, job: Job, error: BaseException) -> None:
        try:
            self._on_error(job.name, error)
        except BaseException:
            log.exception("on_error failed for job %s", job.name)


def run_until_signal(jobs: Jobs) -> signal.Signals:
    """Run `jobs` until Ctrl-C or SIGTERM, stop them, and return which of them it was.

    Further signals are ignored while they stop; then the handlers are as before.

    Raises:
        ValueError: this is not the main thread, which alone may set signal handlers.
        TimeoutError: as `Jobs.stop()`.
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
        with jobs:
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
    jobs = Jobs(on_error=lambda name, error: print(f"{name} failed: {error!r}"))

    def beat() -> None:
        number = heartbeat.runs + 1
        if number == 2:
            raise ConnectionError("monitor is away")
        print(f"beat {number}")
        if number == 3:
            os.kill(os.getpid(), signal.SIGTERM)  # as systemd or Kubernetes would
            jobs.stopping.wait()

    heartbeat = jobs.every(0.05, beat, name="heartbeat")
    report = jobs.every(3600, print, delay=3600, name="report")
    reason = run_until_signal(jobs)
    print(f"{reason.name}: {heartbeat.runs} runs, {heartbeat.failures} of them failed")
    print(f"reports: {report.runs}, threads left: {threading.active_count() - 1}")


if __name__ == "__main__":
    main()
