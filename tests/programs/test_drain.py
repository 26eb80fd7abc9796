"""What examples/considerations/drain.py promises, also when tasks raise or hang."""

import logging
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

PROGRAM = ROOT / "examples/considerations/drain.py"
DEADLINE = 20  # seconds until a test that hangs fails
LONG = 3600  # seconds of grace that no test waits for

drain = load.program("considerations/drain")
Service, serve = drain.Service, drain.serve


class Hanging:
    """A handler that tells which task has begun, and ends none before it is released."""

    def __init__(self):
        self.begun = SimpleQueue()
        self.release = threading.Event()

    def __call__(self, task):
        self.begun.put(task)
        assert self.release.wait(DEADLINE)


@pytest.fixture
def hanging():
    handler = Hanging()
    yield handler
    handler.release.set()


@pytest.fixture
def in_thread():
    """Call a function in a thread; return the thread, and where its result will be."""
    threads = []

    def start(function, *args):
        results = SimpleQueue()
        thread = threading.Thread(target=lambda: results.put(function(*args)))
        thread.start()
        threads.append(thread)
        return thread, results

    yield start
    for thread in threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


def workers():
    return [t for t in threading.enumerate() if t.name.startswith(("worker-", "source"))]


# Service


def test_handles_every_task_in_named_threads_that_are_no_daemons():
    seen = SimpleQueue()
    service = Service(lambda task: seen.put((task, threading.current_thread())), workers=3)
    service.start()
    assert all(service.submit(task) for task in range(50))
    report = service.drain(DEADLINE)
    handled = [seen.get_nowait() for _ in range(50)]
    assert sorted(task for task, _ in handled) == list(range(50))
    assert {thread.name for _, thread in handled} <= {"worker-1", "worker-2", "worker-3"}
    assert not any(thread.daemon for _, thread in handled)
    assert (report.done, report.failed, report.unstarted, report.unfinished) == (50, 0, [], [])


def test_runs_as_many_tasks_at_a_time_as_there_are_workers():
    together = threading.Barrier(3)
    service = Service(lambda task: together.wait(DEADLINE), workers=3)
    service.start()
    for task in range(3):
        service.submit(task)
    assert service.drain(DEADLINE).done == 3


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_a_task_that_raises_is_reported_and_the_next_one_is_taken(error):
    def handle(task):
        if task == "bad":
            raise error

    failed = []
    service = Service(handle, workers=1, on_error=lambda *what: failed.append(what))
    service.start()
    for task in "bad", "good", "bad":
        service.submit(task)
    report = service.drain(DEADLINE)
    assert failed == [("bad", error), ("bad", error)]
    assert (report.done, report.failed) == (1, 2)
    assert report.exit_code == 0


def test_errors_are_logged_with_their_traceback_by_default(caplog):
    def handle(task):
        raise ValueError("bad")

    service = Service(handle)
    service.start()
    service.submit("order 7")
    service.drain(DEADLINE)
    assert caplog.records[0].levelno == logging.ERROR
    assert "'order 7'" in caplog.text
    assert "in handle" in caplog.text
    assert "ValueError: bad" in caplog.text


def test_an_on_error_that_raises_does_not_end_the_worker(caplog):
    def handle(task):
        raise ValueError("bad")

    def on_error(task, error):
        raise SystemExit("on_error is broken too")

    service = Service(handle, workers=1, on_error=on_error)
    service.start()
    service.submit(1)
    service.submit(2)
    assert service.drain(DEADLINE).failed == 2
    assert "on_error failed for task 2" in caplog.text


def test_submit_blocks_while_the_queue_is_full(hanging, in_thread):
    service = Service(hanging, workers=1, capacity=2)
    service.start()
    service.submit(1)
    assert hanging.begun.get(timeout=DEADLINE) == 1  # no longer waits in the queue
    service.submit(2)
    service.submit(3)
    _, accepted = in_thread(service.submit, 4)
    while not service._changed._waiters:  # who waits holds no lock, and is the only one
        pass
    assert accepted.empty()
    hanging.release.set()
    assert accepted.get(timeout=DEADLINE)
    assert service.drain(DEADLINE).done == 4


def test_submit_is_refused_after_drain():
    service = Service(print)
    service.start()
    service.drain(DEADLINE)
    assert service.submit(1) is False


def test_a_submit_that_blocks_is_refused_when_the_service_stops(hanging, in_thread):
    service = Service(hanging, workers=1, capacity=1)
    service.start()
    service.submit(1)
    hanging.begun.get(timeout=DEADLINE)
    service.submit(2)
    _, accepted = in_thread(service.submit, 3)
    _, reports = in_thread(service.drain, DEADLINE)
    assert accepted.get(timeout=DEADLINE) is False
    hanging.release.set()
    report = reports.get(timeout=DEADLINE)
    assert (report.done, report.unstarted, report.unfinished) == (2, [], [])


def test_drain_finishes_what_was_accepted_and_leaves_no_thread():
    service = Service(lambda task: service.stopping.wait(DEADLINE), workers=2)
    service.start()
    for task in range(10):
        service.submit(task)
    report = service.drain(LONG)
    assert report.done == 10
    assert report.exit_code == 0
    assert not report.hangs
    assert workers() == []


def test_drain_reports_what_was_left_at_the_deadline(hanging):
    service = Service(hanging, workers=2, capacity=10)
    service.start()
    for task in range(5):
        service.submit(task)
    assert {hanging.begun.get(timeout=DEADLINE) for _ in range(2)} == {0, 1}
    report = service.drain(0.01)
    assert sorted(report.unfinished) == [0, 1]
    assert report.unstarted == [2, 3, 4]
    assert report.exit_code == 1
    assert report.hangs
    hanging.release.set()
    again = service.drain(DEADLINE)
    assert (again.done, again.unstarted, again.unfinished) == (2, [], [])
    assert hanging.begun.empty(), "a task began after the deadline"
    assert workers() == []


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"capacity": float("nan")}, {"workers": -1}])
def test_a_service_that_cannot_work_is_refused(wrong):
    with pytest.raises(ValueError, match="at least one"):
        Service(print, **wrong)


def test_starts_only_once(hanging):
    service = Service(hanging)
    service.start()
    service.submit(1)
    with pytest.raises(RuntimeError, match="once"):
        service.start()
    hanging.release.set()
    assert service.drain(DEADLINE).done == 1  # the attempt did not disturb it
    with pytest.raises(RuntimeError, match="once"):
        service.start()


def test_threads_that_could_be_had_are_stopped_if_others_could_not(monkeypatch):
    service = Service(print, workers=3)

    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(service._threads[2], "start", refuse)
    with pytest.raises(RuntimeError, match="can't start"):
        service.start()
    assert workers() == []


# serve


def test_a_source_that_ends_lets_every_task_finish():
    done = []
    report = serve(Service(done.append, workers=1), "abc", grace=0)
    assert done == ["a", "b", "c"]
    assert (report.reason, report.done, report.source) == ("end of source", 3, "ok")
    assert report.exit_code == 0
    assert workers() == []


def test_a_source_that_raises_lets_accepted_tasks_finish_and_is_not_well(caplog):
    def source():
        yield 1
        raise ConnectionError("no queue")

    report = serve(Service(lambda task: None), source())
    assert (report.done, report.source, report.exit_code) == (1, "failed", 1)
    assert "ConnectionError: no queue" in caplog.text
    assert workers() == []


def test_a_source_that_hangs_is_reported():
    release = threading.Event()

    def source():
        yield 1
        os.kill(os.getpid(), signal.SIGTERM)
        assert release.wait(DEADLINE)

    report = serve(Service(lambda task: None), source(), grace=0.05)
    assert (report.source, report.hangs, report.exit_code) == ("hangs", True, 1)
    release.set()
    for thread in workers():
        thread.join(DEADLINE)
    assert workers() == []


def test_a_task_that_comes_too_late_is_reported_not_lost():
    def source():
        yield 1
        os.kill(os.getpid(), signal.SIGTERM)
        assert service.stopping.wait(DEADLINE)
        yield 2
        pytest.fail("was asked for more")

    service = Service(lambda task: None)
    report = serve(service, source(), grace=DEADLINE)
    assert (report.done, report.unstarted, report.source) == (1, [2], "ok")
    assert report.exit_code == 1


@pytest.mark.parametrize("grace", [float("inf"), 1e12])
def test_a_grace_that_no_system_can_wait_for_is_as_good_as_no_limit(grace):
    def source():
        yield 1
        signal.raise_signal(signal.SIGTERM)
        assert service.stopping.wait(DEADLINE)

    service = Service(abs)
    report = serve(service, source(), grace=grace)
    assert (report.reason, report.done, report.exit_code) == ("SIGTERM", 1, 0)


def test_serves_in_the_main_thread_only(in_thread):
    def attempt():
        try:
            serve(service, "abc")
        except ValueError as error:
            return str(error)

    service = Service(print)
    _, results = in_thread(attempt)
    assert "main thread" in results.get(timeout=DEADLINE)
    assert workers() == []


@pytest.mark.parametrize("stop", [lambda: None, lambda: os.kill(os.getpid(), signal.SIGINT)])
def test_signal_handlers_are_put_back(stop):
    numbers = signal.SIGINT, signal.SIGTERM
    before = [signal.getsignal(number) for number in numbers]
    serve(Service(lambda task: stop()), "a")
    assert [signal.getsignal(number) for number in numbers] == before


def test_signal_handlers_are_put_back_if_the_service_does_not_start():
    before = signal.getsignal(signal.SIGTERM)
    service = Service(print)
    service.drain(0)
    with pytest.raises(RuntimeError, match="once"):
        serve(service, "a")
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_wait_for_news_goes_on_when_nothing_has_come():
    class News:
        answers = iter([drain.Empty(), drain.Empty(), signal.SIGTERM])

        def get(self, timeout):
            assert 0 < timeout <= 1  # so that every platform sees a signal
            answer = next(self.answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

    assert drain._wait_for(News()) == signal.SIGTERM


# leave


class Left(BaseException):
    """The process would have ended at once."""


@pytest.fixture
def steps(monkeypatch):
    """What leave() does, in order, if a thread hangs."""
    steps = []

    def exit_at_once(code):
        steps.append(f"exit {code}")
        raise Left

    monkeypatch.setattr(drain.os, "_exit", exit_at_once)
    for owner, name in (
        (drain.faulthandler, "dump_traceback_later"),
        (drain.faulthandler, "dump_traceback"),
        (drain.logging, "shutdown"),
    ):
        monkeypatch.setattr(owner, name, lambda *_, name=name, **__: steps.append(name))
    return steps


@pytest.mark.parametrize(("unstarted", "code"), [([], 0), (["late"], 1)])
def test_leaving_is_a_usual_exit_if_no_thread_hangs(steps, unstarted, code):
    with pytest.raises(SystemExit) as caught:
        drain.leave(drain.Report(1, 0, unstarted, []))
    assert caught.value.code == code
    assert steps == []


@pytest.mark.parametrize(("dump", "dumped"), [(True, ["dump_traceback"]), (False, [])])
def test_leaving_a_thread_that_hangs_waits_for_nothing_without_a_limit(steps, dump, dumped):
    with pytest.raises(Left):
        drain.leave(drain.Report(1, 0, [], ["hangs"]), dump=dump)
    assert steps == ["dump_traceback_later", *dumped, "shutdown", "exit 1"]


def test_a_stream_that_fails_does_not_keep_the_process(steps, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(Left):
        drain.leave(drain.Report(1, 0, [], ["hangs"]))
    assert steps[-1] == "exit 1"


# A process of its own

SERVE = """
import drain, threading

def handle(task):
    print("begun", task, flush=True)
    {during}
    print("ended", task, flush=True)

def source():
    yield from "ab"
    service.stopping.wait()

service = drain.Service(handle, workers=1)
report = drain.serve(service, source(), grace={grace})
print(report.reason, report.unstarted, report.unfinished, report.source)
drain.leave(report)
"""


@contextmanager
def process(during, grace=LONG):
    """Start a process that serves two tasks, and yield it once the first has begun."""
    with load.process(
        [sys.executable, "-c", SERVE.format(during=during, grace=grace)],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout.readline() == "begun a\n"
        yield started


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_accepted_tasks_end_and_the_process_succeed(number):
    with process("service.stopping.wait()") as running:
        running.send_signal(number)
        output, errors = running.communicate(timeout=DEADLINE)
    assert output == f"ended a\nbegun b\nended b\n{number.name} [] [] ok\n"
    assert errors == ""
    assert running.returncode == 0


def test_a_task_that_raises_while_draining_does_not_spoil_the_stop():
    with process("service.stopping.wait(); raise SystemExit(task)") as running:
        running.send_signal(signal.SIGTERM)
        output, errors = running.communicate(timeout=DEADLINE)
    assert output == "begun b\nSIGTERM [] [] ok\n"
    assert "SystemExit: a" in errors
    assert "SystemExit: b" in errors
    assert running.returncode == 0


def test_a_task_that_hangs_past_the_deadline_is_reported_and_left():
    with process("threading.Event().wait()", grace=1) as running:  # the source ends within it
        running.send_signal(signal.SIGTERM)
        output, errors = running.communicate(timeout=DEADLINE)
    assert output == "SIGTERM ['b'] ['a'] ok\n"
    assert " in handle\n" in errors, "does not say where the task hangs"
    assert running.returncode == 1


def test_a_task_that_hangs_in_a_stream_does_not_keep_the_process():
    # The test does not read on, so the task blocks in write() and holds the stream's lock.
    during = "drain.FLUSH_SECONDS = 0.05; __import__('sys').stdout.buffer.write(bytes(10**6))"
    code = SERVE.format(during=during, grace=0.05).replace("print(report", "(report")
    with load.process(
        [sys.executable, "-c", code],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    ) as running:
        assert running.stdout.readline() == b"begun a\n"
        assert running.stdout.read(1) == b"\0"  # the task is in write()
        running.send_signal(signal.SIGTERM)
        assert b"Timeout" in running.stderr.read()
        assert running.wait(DEADLINE) == 1


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_kills_at_once(first):
    # The task tells the test when the first signal has arrived.
    with process(
        "service.stopping.wait(); print('stopping', flush=True); threading.Event().wait()"
    ) as running:
        running.send_signal(first)
        assert running.stdout.readline() == "stopping\n"
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=DEADLINE)
    assert (output, errors) == ("", "")
    assert running.returncode == -signal.SIGINT


def test_a_second_sigterm_does_not_cut_tasks_off():
    again = "service.stopping.wait(); import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    with process(again) as running:
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=DEADLINE)
    assert output == "ended a\nbegun b\nended b\nSIGTERM [] [] ok\n"
    assert running.returncode == 0
