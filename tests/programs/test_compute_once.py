"""What examples/locks/compute_once.py promises, with threads held where it matters."""

import os
import signal
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue

import pytest

import interrupts
import load

compute_once = load.program("locks/compute_once")

PATIENCE = 20  # seconds until a test that hangs fails


class Held:
    """A computation that a test holds until it lets go."""

    def __init__(self, answer):
        self.answer = answer
        self.calls = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, key):
        self.calls.append(key)
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        return self.answer(key)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield pool


def fail(key):
    raise ValueError(key)


def test_threads_that_ask_at_once_compute_once(pool):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    futures = [pool.submit(cache, "a") for _ in range(8)]
    assert held.begun.wait(PATIENCE)
    held.go_on.set()
    assert [f.result(PATIENCE) for f in futures] == ["A"] * 8
    assert held.calls == ["a"]


def in_child(function):
    """Call it in a fork of this process; tell whether it returned something true."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are there
        child = os.fork()
    if not child:
        status = 1
        signal.alarm(PATIENCE)
        try:
            status = int(not function())
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_computes_what_other_threads_of_its_parent_were_computing(pool):
    parent = os.getpid()
    held = Held(str.upper)

    def compute(key):
        return held(key) if key == "slow" and os.getpid() == parent else key.title()

    cache = compute_once.ComputeOnce(compute)
    assert cache("known") == "Known"
    cache._computations["known"].value = "kept"
    slow = pool.submit(cache, "slow")
    waiting = pool.submit(cache, "slow")
    assert held.begun.wait(PATIENCE)
    with cache._lock:  # as another thread may hold it
        assert in_child(lambda: cache("slow", timeout=PATIENCE) == "Slow")
        assert in_child(lambda: cache("known", timeout=PATIENCE) == "kept")
    held.go_on.set()
    assert slow.result(PATIENCE) == waiting.result(PATIENCE) == "SLOW"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_within_a_computation_goes_on_in_both_processes():
    cache = compute_once.ComputeOnce(lambda key: in_child(lambda: refused(key)) and key)

    def refused(key):
        with pytest.raises(RuntimeError, match="needs"):
            cache(key)
        return True

    assert cache("a") == "a"


def test_keys_do_not_wait_for_each_other(pool):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(lambda key: held(key) if key == "slow" else key)
    slow = pool.submit(cache, "slow")
    assert held.begun.wait(PATIENCE)
    assert pool.submit(cache, "fast").result(PATIENCE) == "fast"
    assert not slow.done()
    held.go_on.set()
    assert slow.result(PATIENCE) == "SLOW"


def test_an_exception_reaches_all_who_wait_and_is_not_kept(pool):
    held = Held(fail)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    waiting = threading.Barrier(4)

    def ask():
        waiting.wait(PATIENCE)
        return cache("a")

    others = [pool.submit(ask) for _ in range(3)]
    waiting.wait(PATIENCE)
    held.go_on.set()
    for future in [first, *others]:
        with pytest.raises(ValueError, match="a"):
            future.result(PATIENCE)
    held.answer = str.upper
    assert cache("a") == "A"


def test_a_value_expires():
    now = 0.0
    calls = []
    cache = compute_once.ComputeOnce(calls.append, lifetime=10, clock=lambda: now)
    cache("a")
    now = 9.9
    cache("a")
    assert calls == ["a"]
    now = 10.0
    cache("a")
    assert calls == ["a", "a"]


def test_a_forgotten_value_is_computed_again():
    calls = []
    cache = compute_once.ComputeOnce(calls.append)
    cache("a")
    cache.forget("a")
    cache.forget("never asked for")
    cache("a")
    assert calls == ["a", "a"]


def test_a_computation_under_way_is_not_forgotten(pool):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    cache.forget("a")
    second = pool.submit(cache, "a")
    held.go_on.set()
    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("A", "A")
    assert held.calls == ["a"]


def test_who_waits_may_give_up(pool):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    with pytest.raises(TimeoutError):
        cache("a", timeout=0.01)
    held.go_on.set()
    assert first.result(PATIENCE) == "A"


def test_a_key_that_needs_itself_is_an_error_and_no_deadlock():
    cache = compute_once.ComputeOnce(lambda key: cache(key))
    with pytest.raises(RuntimeError, match="computing 'a' needs 'a'"):
        cache("a")


def test_an_interrupted_computation_leaves_nothing_behind():
    def interrupted(key):
        raise KeyboardInterrupt

    cache = compute_once.ComputeOnce(interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            cache("a")


def until_waiting(cache, number):
    """Return when `number` threads wait for another one's computation."""
    while len(cache._waits) < number:
        pass


def test_two_keys_that_need_each_other_in_two_threads_are_an_error_and_no_deadlock(pool):
    """Whichever thread closes the circle is told; the other one gets its error."""
    both = threading.Barrier(2)

    def compute(key):
        both.wait(PATIENCE)
        return cache({"a": "b", "b": "a"}[key])

    cache = compute_once.ComputeOnce(compute)
    for future in [pool.submit(cache, key) for key in "ab"]:
        with pytest.raises(RuntimeError, match=r"computing '(a' needs 'a|b' needs 'b)'"):
            future.result(PATIENCE)


def test_keys_that_need_others_without_a_circle_are_computed(pool):
    held = Held(lambda key: 1)

    def compute(key):
        return held(key) if key == "leaf" else 1 + cache("leaf")

    cache = compute_once.ComputeOnce(compute)
    futures = [pool.submit(cache, key) for key in ("leaf", "a", "b", "a")]
    until_waiting(cache, 3)
    held.go_on.set()
    assert [f.result(PATIENCE) for f in futures] == [1, 2, 2, 2]
    assert held.calls == ["leaf"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_waits_computes_when_the_computing_thread_is_interrupted(pool, error):
    def interrupted(key):
        raise error

    held = Held(interrupted)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    others = [pool.submit(cache, "a") for _ in range(3)]
    until_waiting(cache, 3)
    calls = len(held.calls)
    answers = iter([interrupted])
    held.answer = lambda key: next(answers, str.upper)(key)
    held.go_on.set()
    with pytest.raises(error):
        first.result(PATIENCE)
    assert [other.result(PATIENCE) for other in others] == ["A"] * 3
    assert (calls, held.calls) == (1, ["a", "a"])


def test_who_waits_after_a_timeout_of_another_is_still_served(pool):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    with pytest.raises(TimeoutError):
        cache("a", timeout=0)
    assert cache._waits == {}
    second = pool.submit(cache, "a", PATIENCE)
    until_waiting(cache, 1)
    held.go_on.set()
    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("A", "A")


def interrupt_once_found(cache, monkeypatch):
    """Let Ctrl-C arrive in the instant after a computation was found or begun."""
    find = cache._find

    def interrupted(*args):
        monkeypatch.setattr(cache, "_find", find)
        find(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(cache, "_find", interrupted)


def test_an_interrupt_before_the_wait_leaves_no_trace_of_it(pool, monkeypatch):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    first = pool.submit(cache, "a")
    assert held.begun.wait(PATIENCE)
    interrupt_once_found(cache, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        cache("a")
    assert cache._waits == {}
    held.go_on.set()
    assert first.result(PATIENCE) == "A"


def test_an_interrupt_before_the_computation_lets_another_compute(monkeypatch):
    cache = compute_once.ComputeOnce(str.upper)
    interrupt_once_found(cache, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        cache("a")
    assert cache("a", timeout=0) == "A"


class Asked(threading.Thread):
    """A thread that calls a function when it is told; daemon, as it may hang."""

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function, self.told, self.outcome = function, SimpleQueue(), None
        self.start()

    def run(self):
        self.told.get()
        try:
            self.outcome = self.function()
        except Exception as error:
            self.outcome = repr(error)

    def result(self):
        self.told.put(None)
        self.join(PATIENCE)
        return "hangs" if self.is_alive() else self.outcome


class Noted(dict):
    """A dict that tells when it gets an item."""

    def __init__(self):
        super().__init__()
        self.got = SimpleQueue()

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.got.put(None)


def noted(compute):
    cache = compute_once.ComputeOnce(compute)
    cache._computations, cache._waits = Noted(), Noted()
    return cache


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(compute_once, "TICK", 0.01, raising=False)


def test_ctrl_c_anywhere_in_a_computation_hangs_nobody(soon):
    """One waits meanwhile, and one comes later."""

    def attempt(interrupted):
        def compute(key):
            if threading.current_thread() is threading.main_thread():
                waiting.told.put(None)
                cache._waits.got.get(timeout=PATIENCE)
            return key.upper()

        cache = noted(compute)
        waiting, later = (Asked(lambda: cache("a")) for _ in range(2))
        interrupted(lambda: cache("a"))
        assert [waiting.result(), later.result()] == ["A"] * 2

    assert interrupts.everywhere(attempt, compute_once) > 20


def test_ctrl_c_anywhere_in_a_wait_hangs_nobody(soon):
    def attempt(interrupted):
        def compute(key):
            cache._waits.got.get(timeout=PATIENCE)
            return key.upper()

        cache = noted(compute)
        computing, later = (Asked(lambda: cache("a")) for _ in range(2))
        computing.told.put(None)
        cache._computations.got.get(timeout=PATIENCE)
        interrupted(lambda: cache("a"))
        cache._waits.got.put(None)
        assert [computing.result(), later.result()] == ["A"] * 2

    assert interrupts.everywhere(attempt, compute_once) > 20


def test_ctrl_c_anywhere_in_a_wait_leaves_no_trace_of_it(soon):
    """What another thread computes may need what the interrupted one computes next."""

    def attempt(interrupted):
        def compute(key):
            if key == "a":
                go_on.get(timeout=PATIENCE)
                return "A" + cache("b")
            go_on.put(None)
            cache._waits.got.get(timeout=PATIENCE)
            return "B"

        def compute_a():
            try:
                return cache("a")
            finally:
                cache._waits.got.put(None)

        go_on = SimpleQueue()
        cache = noted(compute)
        computing = Asked(compute_a)
        computing.told.put(None)
        cache._computations.got.get(timeout=PATIENCE)
        interrupted(lambda: wait_in_vain(cache))
        cache._waits.got = SimpleQueue()
        assert (cache("b"), computing.result()) == ("B", "AB")

    def wait_in_vain(cache):
        with suppress(TimeoutError):
            cache("a", timeout=0.001)

    assert interrupts.everywhere(attempt, compute_once) > 20


@pytest.mark.parametrize("timeout", [1e12, float("inf")])
def test_a_timeout_that_no_system_can_wait_for_is_as_good_as_none(pool, timeout):
    held = Held(str.upper)
    cache = compute_once.ComputeOnce(held)
    futures = [pool.submit(cache, "a")]
    assert held.begun.wait(PATIENCE)
    futures.append(pool.submit(cache, "a", timeout))
    while not (cache._waits or futures[1].done()):
        pass
    held.go_on.set()
    assert [f.result(PATIENCE) for f in futures] == ["A", "A"]
