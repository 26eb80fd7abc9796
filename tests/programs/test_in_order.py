"""What examples/recipes/in_order.py promises, also when the stream raises."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

import load

in_order = load.program("recipes/in_order").in_order

DEADLINE = 20  # seconds until a test that hangs fails


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def collect(pairs, results):
    for _, future in pairs:
        results.append(future.result())


@pytest.mark.parametrize("ahead", [1, 2, 20, 21, 100])
def test_every_result_comes_once_with_its_item_and_in_order(pool, ahead):
    pairs = [(item, future.result()) for item, future in in_order(pool, str, range(20), ahead)]
    assert pairs == [(number, str(number)) for number in range(20)]


def test_a_slow_item_does_not_change_the_order(pool):
    last = threading.Event()

    def work(number):
        if number == 0:
            assert last.wait(DEADLINE)
        if number == 4:
            last.set()
        return number

    assert [future.result() for _, future in in_order(pool, work, range(5), 5)] == [*range(5)]


@pytest.mark.parametrize("ahead", [1, 3])
def test_the_stream_is_read_only_as_far_as_ahead(pool, ahead):
    numbers = count()
    pairs = in_order(pool, str, numbers, ahead)
    for expected in range(5):
        assert next(pairs)[0] == expected
    pairs.close()
    assert next(numbers) == ahead + 4


def test_an_error_of_a_task_is_in_its_future_and_the_rest_goes_on(pool):
    futures = [future for _, future in in_order(pool, lambda n: 1 / n, [1, 0, -1], 2)]
    assert [type(future.exception()) for future in futures] == [
        type(None),
        ZeroDivisionError,
        type(None),
    ]


@pytest.mark.parametrize("ahead", [1, 3, 8])
def test_an_error_of_the_stream_comes_after_what_was_submitted(pool, ahead):
    def stream():
        yield from range(5)
        raise ConnectionError("lost")

    found = []
    with pytest.raises(ConnectionError, match="lost"):
        collect(in_order(pool, int, stream(), ahead), found)
    assert found == [*range(5)]


def test_a_pool_that_is_shut_down_loses_no_result(pool):
    def stream():
        yield from range(3)
        pool.shutdown(wait=False)
        yield 3

    found = []
    with pytest.raises(RuntimeError, match="shutdown"):
        collect(in_order(pool, int, stream(), 8), found)
    assert found == [0, 1, 2]


def test_what_has_not_begun_is_cancelled_when_it_is_closed():
    begun, go_on = threading.Event(), threading.Event()
    submitted = []

    class Recording(ThreadPoolExecutor):
        def submit(self, *args):
            submitted.append(super().submit(*args))
            return submitted[-1]

    def work(_):
        begun.set()
        assert go_on.wait(DEADLINE)

    with Recording(1) as pool:
        pairs = in_order(pool, work, count(), 4)
        next(pairs)
        assert begun.wait(DEADLINE)
        pairs.close()
        cancelled = [future.cancelled() for future in submitted]
        go_on.set()
    assert cancelled == [False, True, True, True]


def test_an_interrupt_is_not_put_off(pool):
    def stream():
        yield 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(in_order(pool, int, stream(), 8))


@pytest.mark.parametrize("ahead", [0, -1, float("nan")])
def test_a_window_without_room_is_refused_at_once(pool, ahead):
    with pytest.raises(ValueError, match="must be above zero"):
        in_order(pool, str, range(3), ahead)
