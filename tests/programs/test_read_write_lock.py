"""What examples/locks/read_write_lock.py promises, with threads held where it matters."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

import load

read_write_lock = load.program("locks/read_write_lock")

PATIENCE = 20  # seconds until a test that hangs fails
MOMENT = 0.05  # seconds for something that must not happen


@pytest.fixture
def lock():
    return read_write_lock.ReadWriteLock()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield pool


@contextmanager
def held(pool, way):
    """Another thread is inside `way`, a method of a lock, until the block ends."""
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with way():
            inside.set()
            assert leave.wait(PATIENCE)

    future = pool.submit(hold)
    assert inside.wait(PATIENCE)
    try:
        yield
    finally:
        leave.set()
        future.result(PATIENCE)


def enter(way, timeout=PATIENCE):
    with way(timeout=timeout):
        return "inside"


def writer_waits(lock, pool):
    """Start a writer that cannot come in yet; return its future once it waits."""
    future = pool.submit(enter, lock.writing)
    for _ in range(int(PATIENCE / MOMENT)):
        try:
            pool.submit(enter, lock.reading, MOMENT).result(PATIENCE)
        except TimeoutError:
            return future
    raise AssertionError("readers overtake a writer that waits")


def test_readers_are_inside_together(lock, pool):
    together = threading.Barrier(4)

    def read():
        with lock.reading():
            return together.wait(PATIENCE)

    assert sorted(f.result() for f in [pool.submit(read) for _ in range(4)]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("first", "second"), [("reading", "writing"), ("writing", "reading"), ("writing", "writing")]
)
def test_who_writes_is_alone(lock, pool, first, second):
    with held(pool, getattr(lock, first)), pytest.raises(TimeoutError, match="after 0"):
        enter(getattr(lock, second), MOMENT)
    assert enter(getattr(lock, second)) == "inside"


def test_no_update_is_lost(lock, pool):
    count = 0

    def add():
        nonlocal count
        for _ in range(500):
            with lock.writing():
                before = count
                time.sleep(0)  # lets another thread run
                count = before + 1

    for future in [pool.submit(add) for _ in range(4)]:
        future.result(PATIENCE)
    assert count == 2000


def test_readers_that_come_later_let_the_writer_go_first(lock, pool):
    with held(pool, lock.reading):
        writer = writer_waits(lock, pool)
        reader = pool.submit(enter, lock.reading)
        assert not writer.done()
        assert not reader.done()
    assert writer.result(PATIENCE) == reader.result(PATIENCE) == "inside"


def test_a_writer_that_gives_up_lets_readers_in(lock, pool):
    with held(pool, lock.reading):
        with pytest.raises(TimeoutError):
            enter(lock.writing, MOMENT)
        assert enter(lock.reading) == "inside"


@pytest.mark.parametrize("first", ["reading", "writing"])
@pytest.mark.parametrize("second", ["reading", "writing"])
def test_a_thread_that_asks_twice_is_told(lock, first, second):
    with getattr(lock, first)(), pytest.raises(RuntimeError, match="already"):
        enter(getattr(lock, second))
    assert enter(lock.writing) == "inside"


@pytest.mark.parametrize("way", ["reading", "writing"])
def test_an_exception_inside_sets_the_lock_free(lock, way):
    with pytest.raises(KeyError), getattr(lock, way)():
        raise KeyError
    assert enter(lock.writing) == "inside"


def until_waiting(lock, number):
    """Return when `number` threads wait for the lock."""
    while len(lock._changed._waiters) < number:
        pass


def in_thread(context, inside):
    """Start a thread that enters `context`, sets `inside` and leaves."""

    def enter():
        with context:
            inside.set()

    thread = threading.Thread(target=enter, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(("first", "then"), [("reading", "writing"), ("writing", "reading")])
def test_who_leaves_wakes_who_waits(first, then):
    lock, inside = read_write_lock.ReadWriteLock(), threading.Event()
    with getattr(lock, first)():
        in_thread(getattr(lock, then)(), inside)
        until_waiting(lock, 1)
        assert not inside.is_set()
    assert inside.wait(PATIENCE)


def test_a_writer_that_gives_up_wakes_the_readers_behind_it():
    lock, inside, gave_up = read_write_lock.ReadWriteLock(), threading.Event(), []

    def write():
        try:
            with lock.writing(timeout=1):
                pass
        except TimeoutError:
            gave_up.append(True)

    with lock.reading():
        writer = threading.Thread(target=write)
        writer.start()
        until_waiting(lock, 1)
        in_thread(lock.reading(), inside)
        assert inside.wait(PATIENCE)  # behind the writer, until it has given up
        writer.join(PATIENCE)
    assert gave_up == [True]
