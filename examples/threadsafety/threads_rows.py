"""threading, concurrent.futures, multiprocessing, asyncio and interpreters."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import stress
from stress import Stress, Wrong


def guarded(run: Stress, lock: Any) -> None:
    """Count under a lock."""
    counter = 0

    def add() -> None:
        nonlocal counter
        with lock:
            counter = int(counter) + 1

    (done,) = run(add, most=20_000)
    run.lost(counter, done)


def lock_guard(run: Stress) -> None:
    guarded(run, threading.Lock())


def rlock_guard(run: Stress) -> None:
    guarded(run, threading.RLock())


def condition_guard(run: Stress) -> None:
    guarded(run, threading.Condition())


def semaphore_guard(run: Stress) -> None:
    guarded(run, threading.BoundedSemaphore(1))


def semaphore_count(run: Stress) -> None:
    semaphore = threading.Semaphore(2)
    inside: list[int] = []

    def use() -> None:
        with semaphore:
            inside.append(1)
            if len(inside) > 2:
                raise Wrong("three threads inside")
            inside.pop()

    run(use, most=5000)


def event_set(run: Stress) -> None:
    def wait(event: threading.Event) -> None:
        if not event.wait(5):
            raise Wrong("the event did not come")

    run.rounds(threading.Event, wait, lambda event: event.set())


def condition_notify(run: Stress) -> None:
    def make() -> Any:
        return threading.Condition(), []

    def wait(shared: Any) -> None:
        condition, items = shared
        with condition:
            if not condition.wait_for(lambda: items, 5):
                raise Wrong("the notification did not come")

    def notify(shared: Any) -> None:
        condition, items = shared
        with condition:
            items.append(1)
            condition.notify()

    run.rounds(make, wait, notify)


def barrier_wait(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if sorted(results) != [0, 1]:
            raise Wrong("two threads with one number")

    run.rounds(lambda: threading.Barrier(2), lambda barrier: barrier.wait(5), check=check)


def local_attribute(run: Stress) -> None:
    local = threading.local()

    def use() -> None:
        value = object()
        local.value = value
        if local.value is not value:
            raise Wrong("the value of another thread")

    run(use)


def thread_join(run: Stress) -> None:
    def make() -> threading.Thread:
        thread = threading.Thread(target=int)
        thread.start()
        return thread

    def join(thread: threading.Thread) -> None:
        thread.join(5)
        if thread.is_alive():
            raise Wrong("alive after join()")

    run.rounds(make, join)


def thread_start(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if results.count("started") != 1:
            raise Wrong(f"started {results.count('started')} times")

    def start(thread: threading.Thread) -> str:
        with suppress(RuntimeError):
            thread.start()
            return "started"
        return "refused"

    run.rounds(lambda: threading.Thread(target=int), start, check=check)


def thread_enumerate(run: Stress) -> None:
    def start() -> None:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()

    def read() -> None:
        if threading.current_thread() not in threading.enumerate():
            raise Wrong("this thread is missing")

    run(start, read, most=3000)


def timer_cancel(run: Stress) -> None:
    def make() -> threading.Timer:
        timer = threading.Timer(60, int)
        timer.start()
        return timer

    def cancel(timer: threading.Timer) -> None:
        timer.cancel()
        timer.join(5)
        if timer.is_alive():
            raise Wrong("alive after cancel()")

    run.rounds(make, cancel)


def serialized_iterator(run: Stress) -> None:
    try:
        from threading import serialize_iterator  # type: ignore[attr-defined]
    except ImportError as error:
        raise ImportError("threading.serialize_iterator is new in 3.15") from error

    def numbers() -> Any:
        yield from range(400)

    def check(_: object, results: list[Any]) -> None:
        if sorted(item for part in results for item in part) != [*range(400)]:
            raise Wrong("an item is missing or came twice")

    run.rounds(lambda: serialize_iterator(numbers()), list, check=check, each=200)


def pool_submit(run: Stress) -> None:
    with ThreadPoolExecutor(4) as pool:
        futures: list[Future[int]] = []
        (done,) = run(lambda: futures.append(pool.submit(int, "1")), most=1000)
        run.lost(sum(future.result() for future in futures), done)


def pool_shutdown(run: Stress) -> None:
    def submit(pool: ThreadPoolExecutor) -> Any:
        with suppress(RuntimeError):
            return pool.submit(int, "1")

    def check(_: object, results: list[Any]) -> None:
        if results[0] and results[0].result(5) != 1:
            raise Wrong("an accepted task did not run")

    run.rounds(lambda: ThreadPoolExecutor(1), submit, lambda pool: pool.shutdown(), check=check)


def future_result(run: Stress) -> None:
    def set_it(future: Future[int]) -> None:
        future.set_result(1)

    run.rounds(Future, set_it, lambda future: future.result(5))


def future_set_twice(run: Stress) -> None:
    run.rounds(Future, lambda future: future.done() or future.set_result(1))


def future_callback(run: Stress) -> None:
    def make() -> Any:
        return Future(), []

    def check(shared: Any, _: list[Any]) -> None:
        if len(shared[1]) != 1:
            raise Wrong(f"the callback ran {len(shared[1])} times")

    run.rounds(
        make,
        lambda shared: shared[0].add_done_callback(shared[1].append),
        lambda shared: shared[0].set_result(1),
        check=check,
    )


def future_cancel(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if results[0] == results[1]:
            raise Wrong("cancelled and running, or neither")

    run.rounds(
        Future,
        lambda future: future.cancel(),
        lambda future: future.set_running_or_notify_cancel(),
        check=check,
    )


if __name__ == "__main__":
    stress.main(globals())
