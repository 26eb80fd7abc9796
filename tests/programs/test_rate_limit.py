"""What examples/recipes/rate_limit.py promises, by a clock that the tests turn."""

import math
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import interrupts
import load
from engine import ROOT

PROGRAM = ROOT / "examples/recipes/rate_limit.py"
DEADLINE = 20  # seconds until a test that hangs fails

rate_limit = load.program("recipes/rate_limit")
RateLimit = rate_limit.RateLimit


class Clock:
    """A clock that only waiting turns, and the `stop` that waits by it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def is_set(self):
        return False

    def wait(self, seconds):
        self.now += seconds
        return False


@pytest.fixture
def clock():
    return Clock()


def times(limit, clock, count):
    """Acquire `count` times, and return when each passed."""
    passed = []
    for _ in range(count):
        limit.acquire()
        passed.append(round(clock.now - 100, 6))
    return passed


def test_passes_at_the_rate(clock):
    limit = RateLimit(4, stop=clock, clock=clock)
    assert times(limit, clock, 5) == [0, 0.25, 0.5, 0.75, 1]


def test_per_is_in_seconds(clock):
    limit = RateLimit(2, per=60, stop=clock, clock=clock)
    assert times(limit, clock, 3) == [0, 30, 60]


def test_a_burst_passes_at_once_and_again_only_after_a_rest(clock):
    limit = RateLimit(1, burst=3, stop=clock, clock=clock)
    assert times(limit, clock, 5) == [0, 0, 0, 1, 2]
    clock.now += 2  # half a rest
    assert times(limit, clock, 3) == [4, 4, 5]
    clock.now += 1000  # longer than it takes to be full
    assert times(limit, clock, 4) == [1005, 1005, 1005, 1006]


def test_no_rest_makes_up_for_more_than_a_burst(clock):
    limit = RateLimit(1, stop=clock, clock=clock)
    clock.now += 50
    assert times(limit, clock, 3) == [50, 51, 52]


def test_threads_share_one_limit():
    now = 0.0  # the clock stands still, so each pause is the time that was promised
    pauses = []

    class Stop(Clock):
        def wait(self, seconds):
            pauses.append(seconds)
            return False

    limit = RateLimit(10, stop=Stop(), clock=lambda: now)
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(limit.acquire) for _ in range(400)]:
            future.result(DEADLINE)
    assert sorted(pauses) == pytest.approx([n / 10 for n in range(1, 400)])


def test_one_thread_at_a_time_is_given_its_time():
    reading = threading.Lock()
    together = []

    def clock():
        together.append(not reading.acquire(blocking=False))
        threading.Event().wait(0.001)  # time for another thread to come
        if not together[-1]:
            reading.release()
        return 0.0

    limit = RateLimit(1, burst=100, clock=clock)
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(limit.acquire) for _ in range(20)]:
            future.result(DEADLINE)
    assert together == [False] * 20


def test_in_no_span_more_than_the_burst_and_the_rate(clock):
    limit = RateLimit(5, burst=4, stop=clock, clock=clock)
    passed = []
    for rest in [0, 0, 0.1, 3, 0, 0, 0, 0, 0.05, 0, 1, 0, 0, 0, 0.7, 0, 0]:
        clock.now += rest
        limit.acquire()
        passed.append(clock.now)
    for i, first in enumerate(passed):
        for j, last in enumerate(passed[i:], i):
            assert j - i + 1 <= 4 + 5 * (last - first) + 1e-6


def test_a_timeout_that_is_too_short_fails_at_once_and_takes_nothing(clock):
    limit = RateLimit(1, stop=clock, clock=clock)
    limit.acquire()
    for _ in range(3):
        with pytest.raises(TimeoutError, match=r"1 s away, more than 0\.9 s"):
            limit.acquire(timeout=0.9)
    assert clock.now == 100
    limit.acquire(timeout=1)
    assert clock.now == 101


def test_try_acquire_never_waits(clock):
    limit = RateLimit(1, burst=2, stop=clock, clock=clock)
    assert [limit.try_acquire() for _ in range(4)] == [True, True, False, False]
    clock.now += 1
    assert [limit.try_acquire() for _ in range(2)] == [True, False]


def test_stop_wakes_all_who_wait_and_refuses_who_asks():
    stop = threading.Event()
    limit = RateLimit(1, per=3600, stop=stop)
    limit.acquire()
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(limit.acquire) for _ in range(4)]
        stop.set()
        for future in futures:
            assert isinstance(future.exception(DEADLINE), rate_limit.Stopped)
    with pytest.raises(rate_limit.Stopped):
        limit.acquire()
    with pytest.raises(rate_limit.Stopped):
        RateLimit(1, stop=stop).try_acquire()


def test_who_asks_after_the_stop_is_told_so_whatever_the_limit_says_and_takes_nothing():
    stop = threading.Event()
    limit = RateLimit(1, per=3600, burst=2, stop=stop)
    limit.acquire()
    stop.set()
    for _ in range(3):
        with pytest.raises(rate_limit.Stopped):
            limit.try_acquire()
    stop.clear()
    assert [limit.try_acquire(), limit.try_acquire()] == [True, False]
    stop.set()
    with pytest.raises(rate_limit.Stopped):
        limit.try_acquire()
    with pytest.raises(rate_limit.Stopped):
        limit.acquire(timeout=5)


def test_who_needs_not_wait_takes_no_lock_of_the_stop():
    """Ctrl-C in another limit, or another wait for the same event, can have left it held."""
    stop = threading.Event()
    passed = []

    def ask():
        limit = RateLimit(1, burst=2, stop=stop)
        limit.acquire()
        passed.extend([limit.try_acquire(), limit.try_acquire()])

    with stop._cond:
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(DEADLINE)
    assert passed == [True, False]


def test_ctrl_c_anywhere_hangs_nobody_and_uses_up_one_time_at_most():
    def attempt(interrupted):
        pauses = []

        class Stop(Clock):
            def wait(self, seconds):
                pauses.append(seconds)
                return False

        limit = RateLimit(1, stop=Stop(), clock=lambda: 0.0)
        limit.acquire()
        interrupted(limit.acquire)
        pauses.clear()
        thread = threading.Thread(target=limit.acquire, daemon=True)
        thread.start()
        thread.join(DEADLINE)
        assert pauses in ([1.0], [2.0])

    assert interrupts.everywhere(attempt, rate_limit) > 10


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"rate": -1}, {"rate": 1, "per": 0}, {"rate": 1, "burst": 0}]
)
def test_a_limit_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="must be above zero"):
        RateLimit(**wrong)


@pytest.mark.parametrize("name", ["rate", "per", "burst"])
def test_a_number_that_is_too_large_for_a_float_is_refused(name):
    with pytest.raises(ValueError, match="too large for a float"):
        RateLimit(**{"rate": 1, name: 10**400})


@pytest.mark.parametrize("name", ["rate", "per", "burst"])
def test_what_is_no_number_is_refused(name):
    with pytest.raises(ValueError, match="must be above zero"):
        RateLimit(**{"rate": 1, name: math.nan})


def test_a_timeout_below_zero_is_none_to_wait_for(clock):
    limit = RateLimit(1, stop=clock, clock=clock)
    limit.acquire(timeout=-1)
    with pytest.raises(TimeoutError, match="more than 0 s"):
        limit.acquire(timeout=-(10**400))


@pytest.mark.parametrize(
    "wrong",
    [{"rate": 1, "per": 1e10}, {"rate": 1e-320}, {"rate": math.inf, "per": math.inf}],
)
def test_a_limit_that_no_wait_can_keep_is_refused(wrong):
    with pytest.raises(ValueError, match="no wait can be so long"):
        RateLimit(**wrong)


@pytest.mark.parametrize("timeout", [None, 1e12])
def test_a_wait_that_no_system_can_do_is_refused_and_takes_nothing(clock, timeout):
    limit = RateLimit(1, per=threading.TIMEOUT_MAX, stop=clock, clock=clock)
    clock.wait = lambda seconds: False  # it stands still
    for _ in range(2):
        limit.acquire()
    for _ in range(2):
        with pytest.raises(TimeoutError, match="away, more than"):
            limit.acquire(timeout)


INTERRUPTED = """
import rate_limit
limit = rate_limit.RateLimit(1, per=3600)
limit.acquire()
try:
    print("waits", flush=True)
    limit.acquire()
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_interrupts_the_wait():
    with load.process(
        [sys.executable, "-c", INTERRUPTED],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "waits\n"
        # One that comes in the instant before the wait begins is seen only when that ends.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                continue
        assert process.stdout.read() == "interrupted\n"
