"""What examples/recipes/periodic.py promises, also when jobs fail, hang or take too long."""

import signal
import subprocess
import sys
import threading
from queue import SimpleQueue

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/recipes/periodic.py"
DEADLINE = 20  # seconds until a test that hangs fails
NEVER = 3600  # seconds of interval: the next run does not come by itself

periodic = load.program("recipes/periodic")
Jobs = periodic.Jobs


class Clock:
    """A clock that waiting and working turn, and the `stopping` that waits by it."""

    def __init__(self, until):
        self.now = 0.0
        self.until = until

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        return self.now >= self.until

    def set(self):
        pass


def times(interval, durations, until, **options):
    """Return when each run began, and the job; the last duration is that of all that follow."""
    clock = Clock(until)
    durations = list(durations)
    began = []

    def work():
        began.append(clock.now)
        clock.now += durations.pop(0) if len(durations) > 1 else durations[0]

    jobs = Jobs(clock=clock, stopping=clock)
    job = jobs.every(interval, work, **options)
    with jobs:
        pass
    return began, job


def test_runs_at_the_start_and_at_every_interval():
    began, job = times(10, [1], until=45)
    assert began == [0, 10, 20, 30, 40]
    assert (job.runs, job.failures, job.skipped) == (5, 0, 0)


def test_a_delay_moves_all_times():
    assert times(10, [1], until=45, delay=3)[0] == [3, 13, 23, 33, 43]


def test_the_times_do_not_drift():
    began, _ = times(0.1, [0.03], until=1000)
    assert began[-1] == pytest.approx((len(began) - 1) * 0.1)
    assert len(began) == 10_000


def test_missed_times_are_skipped_and_the_rest_keeps_its_times():
    began, job = times(10, [1, 25, 3, 10, 11, 0], until=100)
    assert began == [0, 10, 40, 50, 60, 80, 90]
    assert (job.runs, job.skipped) == (7, 3)


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_a_job_that_raises_is_reported_and_runs_again(error):
    reported = SimpleQueue()

    def work():
        raise error

    jobs = Jobs(on_error=lambda *what: reported.put(what))
    job = jobs.every(0.001, work)
    with jobs:
        for _ in range(3):
            assert reported.get(timeout=DEADLINE) == ("work", error)
    assert job.runs == job.failures >= 3


def test_errors_are_logged_with_their_traceback_by_default(caplog):
    again = threading.Semaphore(0)

    def work():
        again.release()
        raise ValueError("bad")

    jobs = Jobs()
    jobs.every(0.001, work)
    with jobs:
        for _ in range(2):
            assert again.acquire(timeout=DEADLINE)
    assert "job work failed" in caplog.text
    assert "ValueError: bad" in caplog.text


def test_an_on_error_that_raises_ends_no_job(caplog):
    failed = threading.Semaphore(0)

    def on_error(name, error):
        failed.release()
        raise SystemExit("on_error is broken too")

    jobs = Jobs(on_error=on_error)
    jobs.every(0.001, lambda: 1 / 0, name="divide")
    with jobs:
        for _ in range(3):
            assert failed.acquire(timeout=DEADLINE)
    assert "on_error failed for job divide" in caplog.text


def test_a_job_that_hangs_delays_no_other_and_is_named_at_the_end():
    hanging, release = threading.Event(), threading.Event()
    runs = threading.Semaphore(0)

    def hang():
        hanging.set()
        assert release.wait(DEADLINE)

    jobs = Jobs(grace=0.5)
    jobs.every(0.001, hang)
    jobs.every(0.001, runs.release)
    jobs.start()
    assert hanging.wait(DEADLINE)
    for _ in range(20):
        assert runs.acquire(timeout=DEADLINE)
    with pytest.raises(TimeoutError, match=r"still running after 0\.5 s: hang$"):
        jobs.stop()
    release.set()
    for thread in jobs._threads:
        thread.join(DEADLINE)
    jobs.stop()


def test_stop_interrupts_every_wait():
    ran = threading.Semaphore(0)
    jobs = Jobs(grace=DEADLINE)
    added = [jobs.every(NEVER, ran.release) for _ in range(3)]
    late = jobs.every(NEVER, ran.release, delay=NEVER)
    jobs.start()
    for _ in added:
        assert ran.acquire(timeout=DEADLINE)
    jobs.stop()  # raises TimeoutError if it had to wait for the next time
    assert [job.runs for job in added] == [1, 1, 1]
    assert late.runs == 0


def test_the_run_under_way_is_finished_and_none_follows():
    jobs = Jobs(grace=DEADLINE)
    begun, ended = threading.Event(), []

    def work():
        begun.set()
        ended.append(jobs.stopping.wait(DEADLINE))

    jobs.every(0.001, work)
    with jobs:
        assert begun.wait(DEADLINE)
    assert ended == [True]


def test_an_event_of_the_caller_stops_the_jobs():
    stopping = threading.Event()
    jobs = Jobs(stopping=stopping)
    jobs.every(NEVER, stopping.set)
    jobs.start()
    for thread in jobs._threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


def test_a_job_may_stop_all():
    errors = SimpleQueue()
    jobs = Jobs(on_error=lambda *what: errors.put(what))
    jobs.every(0.001, lambda: jobs.stop())
    jobs.every(NEVER, lambda: None)
    jobs.start()
    for thread in jobs._threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()
    assert errors.empty()


def test_an_error_in_the_block_stops_the_jobs_and_passes_on():
    jobs = Jobs()
    jobs.every(NEVER, lambda: None)
    with pytest.raises(ZeroDivisionError), jobs:
        raise ZeroDivisionError
    assert not any(thread.is_alive() for thread in jobs._threads)


def test_starts_once_and_takes_no_job_after_that():
    jobs = Jobs()
    with jobs:
        with pytest.raises(RuntimeError, match="only once"):
            jobs.start()
        with pytest.raises(RuntimeError, match="before the start"):
            jobs.every(1, print)


def test_a_thread_that_cannot_be_had_leaves_none_behind(monkeypatch):
    start, started = threading.Thread.start, []

    def fail(thread):
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    jobs = Jobs()
    for _ in range(3):
        jobs.every(NEVER, lambda: None)
    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError, match="can't start"):
        jobs.start()
    assert not started[0].is_alive()


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_an_interval_that_makes_no_sense_is_refused(seconds):
    with pytest.raises(ValueError, match="cannot be waited for"):
        Jobs().every(seconds, print)
    with pytest.raises(ValueError, match="cannot be waited for"):
        Jobs().every(1, print, delay=seconds or -1)


INTERRUPTED = """
import periodic, threading

jobs = periodic.Jobs()
job = jobs.every(3600, lambda: jobs.stopping.wait(), name="long")
try:
    with jobs:
        print("begun", flush=True)
        while True:
            jobs.stopping.wait(0.1)
except KeyboardInterrupt:
    print("interrupted, threads left:", threading.active_count() - 1)
"""


def test_ctrl_c_ends_the_jobs_half_way():
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == "interrupted, threads left: 0\n"
