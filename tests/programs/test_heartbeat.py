"""What examples/threading/heartbeat.py promises, also when jobs fail, hang or are interrupted."""

import logging
import signal
import subprocess
import sys
import threading
from queue import SimpleQueue

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/threading/heartbeat.py"
DEADLINE = 20  # seconds until a test that hangs fails
NEVER = 3600  # seconds of interval: the next run does not come by itself

heartbeat = load.program("threading/heartbeat")
Periodic = heartbeat.Periodic


class Hanging:
    """A job that tells when it has begun, and does not end before it is released."""

    def __init__(self):
        self.begun = threading.Event()
        self.release = threading.Event()

    def __call__(self):
        self.begun.set()
        assert self.release.wait(DEADLINE)


def test_runs_at_once_and_again():
    runs = threading.Semaphore(0)
    with Periodic(runs.release, 0.001):
        for _ in range(5):
            assert runs.acquire(timeout=DEADLINE)


def test_the_first_run_does_not_wait_for_the_interval():
    runs = threading.Semaphore(0)
    with Periodic(runs.release, NEVER):
        assert runs.acquire(timeout=DEADLINE)


def test_runs_in_a_named_thread_that_is_no_daemon():
    threads = SimpleQueue()
    with Periodic(lambda: threads.put(threading.current_thread()), NEVER, name="flush"):
        thread = threads.get(timeout=DEADLINE)
    assert thread.name == "flush"
    assert not thread.daemon
    assert thread is not threading.current_thread()


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_a_job_that_raises_is_reported_and_runs_again(error):
    reported = SimpleQueue()

    def job():
        raise error

    with Periodic(job, 0.001, on_error=reported.put) as service:
        for _ in range(3):
            assert reported.get(timeout=DEADLINE) is error
        assert service.is_alive()
    assert service.failures == service.runs >= 3


def test_counts_runs_and_failures():
    done = threading.Event()

    def job():
        if service.runs == 1:
            raise ValueError
        if service.runs == 3:
            service.stop()
            done.set()

    service = Periodic(job, 0.001, on_error=lambda error: None)
    with service:
        assert done.wait(DEADLINE)
    assert (service.runs, service.failures) == (4, 1)


def test_errors_are_logged_with_their_traceback_by_default(caplog):
    again = threading.Semaphore(0)

    def job():
        again.release()
        raise ValueError("bad")

    with Periodic(job, 0.001):
        assert again.acquire(timeout=DEADLINE)
        assert again.acquire(timeout=DEADLINE)
    assert caplog.records[0].levelno == logging.ERROR
    assert "in job" in caplog.text
    assert "ValueError: bad" in caplog.text


def test_an_on_error_that_raises_does_not_end_the_service(caplog):
    failed = threading.Semaphore(0)

    def on_error(error):
        failed.release()
        raise SystemExit("on_error is broken too")

    def job():
        raise ValueError("bad")

    with Periodic(job, 0.001, on_error=on_error):
        for _ in range(3):
            assert failed.acquire(timeout=DEADLINE)
    assert "on_error failed" in caplog.text
    assert "ValueError: bad" in caplog.text


def test_stop_interrupts_the_wait_between_two_runs():
    ran = threading.Event()
    service = Periodic(ran.set, NEVER, grace=DEADLINE)
    service.start()
    assert ran.wait(DEADLINE)
    service.stop()  # raises TimeoutError if it had to wait for the next run
    assert not service.is_alive()
    assert service.runs == 1


def test_stop_waits_for_the_run_that_is_under_way_and_none_follows():
    job = Hanging()
    service = Periodic(job, 0.001, grace=DEADLINE)
    service.start()
    assert job.begun.wait(DEADLINE)
    stopper = threading.Thread(target=service.stop)
    stopper.start()
    assert service.stopping.wait(DEADLINE)
    assert stopper.is_alive()
    job.release.set()
    stopper.join(DEADLINE)
    assert not stopper.is_alive()
    assert not service.is_alive()
    assert service.runs == 1


def test_stop_says_so_when_a_run_does_not_end():
    job = Hanging()
    service = Periodic(job, 0.001, name="flush", grace=0.01)
    service.start()
    assert job.begun.wait(DEADLINE)
    with pytest.raises(TimeoutError, match=r"flush: still running after 0\.01 s"):
        service.stop()
    assert service.is_alive()
    job.release.set()
    service._thread.join(DEADLINE)
    service.stop()
    assert service.runs == 1


def test_a_long_job_can_watch_stopping():
    with Periodic(lambda: service.stopping.wait(DEADLINE), NEVER, grace=DEADLINE) as service:
        pass
    assert not service.is_alive()


def test_stop_may_be_called_again_and_by_several_threads():
    service = Periodic(lambda: None, 0.001)
    service.start()
    threads = [threading.Thread(target=service.stop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    service.stop()
    assert not service.is_alive()


def test_starts_only_once():
    service = Periodic(lambda: None, NEVER)
    with service, pytest.raises(RuntimeError, match="started"):
        service.start()
    with pytest.raises(RuntimeError, match="stopped"):
        service.start()


def test_stopped_before_it_started_it_never_runs():
    service = Periodic(lambda: None, NEVER)
    service.stop()
    with pytest.raises(RuntimeError, match="stopped"):
        service.start()
    assert service.runs == 0


def test_an_error_in_the_with_block_stops_the_service_and_passes_on():
    service = Periodic(lambda: None, NEVER)
    with pytest.raises(ZeroDivisionError), service:
        raise ZeroDivisionError
    assert not service.is_alive()


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf")])
def test_an_interval_that_makes_no_sense_is_refused(interval):
    with pytest.raises(ValueError, match="interval"):
        Periodic(lambda: None, interval)


def test_keeps_its_rhythm_and_does_not_make_up_for_missed_runs(monkeypatch):
    now = 0.0
    started = []
    durations = iter([1, 3, 25, 1, 0])  # seconds; the third overruns the interval

    def job():
        nonlocal now
        started.append(now)
        now += next(durations)

    class FakeEvent:
        def wait(self, seconds):
            nonlocal now
            now += seconds
            return len(started) == 5

    service = Periodic(job, 10)
    service.stopping = FakeEvent()
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: now)
    service._run()
    assert started == [0, 10, 20, 45, 55]


def test_signals_can_be_awaited_in_the_main_thread_only():
    errors = SimpleQueue()
    service = Periodic(lambda: None, NEVER)

    def elsewhere():
        try:
            heartbeat.run_until_signal(service)
        except ValueError as error:
            errors.put(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(DEADLINE)
    assert "main thread" in str(errors.get(timeout=DEADLINE))
    assert not service.is_alive()


SERVE = """
import heartbeat, os, signal

def job():
    print("begun", flush=True)
    {during}
    print("ended", flush=True)

service = heartbeat.Periodic(job, 3600)
print("stopped by", heartbeat.run_until_signal(service).name)
"""


def serve(during):
    """Start a process that runs one job, and return it once the job has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(during=during)],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    return process


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
    with serve("service.stopping.wait()") as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == f"ended\nstopped by {number.name}\n"
    assert process.returncode == 0


def test_more_signals_do_not_cut_the_run_off():
    again = "service.stopping.wait(); [os.kill(os.getpid(), signal.SIGINT) for _ in range(3)]"
    with serve(again) as process:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == "ended\nstopped by SIGTERM\n"
    assert process.returncode == 0


PUT_BACK = """
import heartbeat, os, signal

numbers = signal.SIGINT, signal.SIGTERM
signal.signal(signal.SIGTERM, lambda number, _: None)
before = [signal.getsignal(number) for number in numbers]
service = heartbeat.Periodic(lambda: os.kill(os.getpid(), signal.SIGTERM), 3600)
print(heartbeat.run_until_signal(service).name)
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
