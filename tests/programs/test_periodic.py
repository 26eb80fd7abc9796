"""What examples/threading/periodic.py promises, also when jobs fail, hang or take too long."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from queue import SimpleQueue

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/threading/periodic.py"
DEADLINE = 20  # seconds until a test that hangs fails
NEVER = 3600  # seconds of interval: the next run does not come by itself

periodic = load.program("threading/periodic")
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

    jobs = Jobs(grace=2)  # seconds: the other job ends within them
    jobs.every(0.001, hang)
    jobs.every(0.001, runs.release)
    jobs.start()
    assert hanging.wait(DEADLINE)
    for _ in range(20):
        assert runs.acquire(timeout=DEADLINE)
    with pytest.raises(TimeoutError, match=r"still running after 2 s: hang$"):
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


@pytest.mark.parametrize("grace", [float("inf"), 1e12])
def test_a_grace_that_no_system_can_wait_for_is_as_good_as_no_limit(grace):
    begun = threading.Event()
    jobs = Jobs(grace=grace)
    job = jobs.every(NEVER, begun.set)
    with jobs:
        assert begun.wait(DEADLINE)
    assert job.runs == 1


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
import periodic, threading, time

jobs = periodic.Jobs()
job = jobs.every(3600, lambda: jobs.stopping.wait(), name="long")
try:
    with jobs:
        print("begun", flush=True)
        while True:
            time.sleep(0.1)
except KeyboardInterrupt:
    print("interrupted, threads left:", threading.active_count() - 1)
"""


def test_ctrl_c_ends_the_jobs_half_way():
    with load.process(
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


def test_signals_can_be_awaited_in_the_main_thread_only():
    errors = SimpleQueue()
    jobs = Jobs()

    def elsewhere():
        try:
            periodic.run_until_signal(jobs)
        except ValueError as error:
            errors.put(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(DEADLINE)
    assert "main thread" in str(errors.get(timeout=DEADLINE))
    assert not jobs._threads


SERVE = """
import os, periodic, signal

def job():
    print("begun", flush=True)
    {during}
    print("ended", flush=True)

jobs = periodic.Jobs()
jobs.every(3600, job)
print("stopped by", periodic.run_until_signal(jobs).name)
"""


@contextmanager
def serve(during):
    """Start a process that runs one job, and yield it once the job has begun."""
    with load.process(
        [sys.executable, "-c", SERVE.format(during=during)],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        yield process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_cleanly_while_it_waits(number):
    with serve("pass") as process:
        assert process.stdout.readline() == "ended\n"
        process.send_signal(number)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == f"stopped by {number.name}\n"
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_run_that_is_under_way_end(number):
    with serve("jobs.stopping.wait()") as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == f"ended\nstopped by {number.name}\n"
    assert process.returncode == 0


def test_more_signals_do_not_cut_the_run_off():
    again = "jobs.stopping.wait(); [os.kill(os.getpid(), signal.SIGINT) for _ in range(3)]"
    with serve(again) as process:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == "ended\nstopped by SIGTERM\n"
    assert process.returncode == 0


PUT_BACK = """
import os, periodic, signal

numbers = signal.SIGINT, signal.SIGTERM
signal.signal(signal.SIGTERM, lambda number, _: None)
before = [signal.getsignal(number) for number in numbers]
jobs = periodic.Jobs()
jobs.every(3600, lambda: os.kill(os.getpid(), signal.SIGTERM))
print(periodic.run_until_signal(jobs).name)
print([signal.getsignal(number) for number in numbers] == before)
"""


def test_signal_handlers_are_put_back():
    run = subprocess.run(
        [sys.executable, "-c", PUT_BACK],
        cwd=PROGRAM.parent,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert (run.stdout, run.stderr) == ("SIGTERM\nTrue\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_signal_is_returned_and_the_handlers_are_as_before(number):
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    jobs = Jobs()
    jobs.every(NEVER, lambda: os.kill(os.getpid(), number))
    assert periodic.run_until_signal(jobs) == number
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
