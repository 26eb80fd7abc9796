"""What examples/recipes/retry.py promises, with the pauses written down and not waited."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/recipes/retry.py"
DEADLINE = 20  # seconds until a test that hangs fails

retry = load.program("recipes/retry")
Retry, Stopped = retry.Retry, retry.Stopped


class Pauses(list):
    """Stands for the event, and writes down how long it was waited for."""

    def is_set(self):
        return False

    def wait(self, seconds):
        self.append(seconds)
        return False


class Flaky:
    """A function that raises the given errors, one a call, and then returns its arguments."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return args, kwargs


def unchanged(pause):
    return pause


@pytest.fixture
def pauses():
    return Pauses()


def test_returns_what_the_function_returns_and_does_not_pause(pauses):
    function = Flaky()
    assert Retry(OSError, stop=pauses)(function, 1, key=2) == ((1,), {"key": 2})
    assert (function.calls, pauses) == (1, [])


def test_tries_again_what_may_pass_with_pauses_that_double(pauses):
    function = Flaky(*[OSError()] * 4)
    call = Retry(OSError, attempts=5, first=0.5, jitter=unchanged, stop=pauses)
    assert call(function, 1) == ((1,), {})
    assert pauses == [0.5, 1, 2, 4]


def test_no_pause_is_longer_than_the_longest_whatever_the_jitter(pauses):
    call = Retry(
        OSError, attempts=6, first=1, longest=5, jitter=lambda pause: pause * 1.5, stop=pauses
    )
    call(Flaky(*[OSError()] * 5))
    assert pauses == [1.5, 3, 5, 5, 5]


def test_a_jitter_below_zero_is_no_pause(pauses):
    Retry(OSError, jitter=lambda pause: -pause, stop=pauses)(Flaky(OSError()))
    assert pauses == [0]


def test_the_last_error_is_raised_and_no_pause_follows(pauses):
    errors = [OSError(number) for number in range(3)]
    function = Flaky(*errors)
    with pytest.raises(OSError, match="2") as caught:
        Retry(OSError, attempts=3, stop=pauses)(function)
    assert caught.value is errors[2]
    assert (function.calls, len(pauses)) == (3, 2)


def test_one_attempt_is_no_retry(pauses):
    function = Flaky(OSError())
    with pytest.raises(OSError):  # noqa: PT011
        Retry(OSError, attempts=1, stop=pauses)(function)
    assert (function.calls, pauses) == (1, [])


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), SystemExit()])
def test_what_will_not_pass_is_raised_at_once(pauses, error):
    function = Flaky(OSError(), error)
    with pytest.raises(type(error)):
        Retry(OSError, attempts=9, stop=pauses)(function)
    assert (function.calls, len(pauses)) == (2, 1)


def test_subclasses_and_several_kinds_may_pass(pauses):
    function = Flaky(ConnectionResetError(), TimeoutError())
    Retry(ConnectionError, TimeoutError, stop=pauses)(function)
    assert function.calls == 3


def test_the_jitter_of_many_tasks_spreads_them():
    spread = {retry.half_to_full(8) for _ in range(100)}
    assert all(4 <= pause <= 8 for pause in spread)
    assert len(spread) > 50


def test_stop_ends_the_pauses_of_all_threads():
    stop = threading.Event()
    failed = threading.Barrier(5)

    def fail():
        failed.wait(DEADLINE)
        raise OSError("away")

    call = Retry(OSError, first=3600, longest=3600, stop=stop)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(call, fail) for _ in range(4)]
        failed.wait(DEADLINE)
        stop.set()
        for future in futures:
            error = future.exception(DEADLINE)
            assert isinstance(error, Stopped)
            assert isinstance(error.__cause__, OSError)


def test_stop_lets_no_attempt_begin():
    stop = threading.Event()
    stop.set()
    function = Flaky()
    with pytest.raises(Stopped, match="before attempt 1"):
        Retry(OSError, stop=stop)(function)
    assert function.calls == 0


def test_stop_lets_an_attempt_under_way_succeed():
    stop = threading.Event()

    def work():
        stop.set()
        return "done"

    assert Retry(OSError, stop=stop)(work) == "done"


def test_many_threads_may_share_one():
    call = Retry(OSError, attempts=3, first=0)
    functions = [Flaky(*[OSError()] * (number % 3)) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(call, function, n) for n, function in enumerate(functions)]
        assert [f.result(DEADLINE)[0][0] for f in futures] == list(range(60))
    assert [function.calls for function in functions] == [1, 2, 3] * 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"first": -1},
        {"first": 5, "longest": 1},
        {"longest": float("inf")},
        {"first": float("nan")},
        {"attempts": float("nan")},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="cannot be tried"):
        Retry(OSError, **wrong)


def test_without_an_exception_it_is_refused():
    with pytest.raises(ValueError, match=r"passing \(\)"):
        Retry()


INTERRUPTED = """
import retry, threading, time
from concurrent.futures import ThreadPoolExecutor

stop = threading.Event()

def fail():
    raise OSError("away")

call = retry.Retry(OSError, first=3600, longest=3600, stop=stop)
try:
    with ThreadPoolExecutor() as pool:
        try:
            future = pool.submit(call, fail)
            print("begun", flush=True)
            while True:
                time.sleep(0.1)
        finally:
            stop.set()
except KeyboardInterrupt:
    print("interrupted:", repr(future.exception()))
"""


def test_ctrl_c_ends_the_pauses_by_stop():
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
    assert output in (
        "interrupted: Stopped('after attempt 1')\n",
        "interrupted: Stopped('before attempt 1')\n",
    )
