"""A cache for threads: each key is computed once, however many threads ask for it.

    price = ComputeOnce(fetch_price, lifetime=60)
    price("tea")   # fetches; everyone who asks meanwhile waits for the same answer
    price("tea")   # from the cache, for 60 seconds

`functools.cache` lets threads compute the same key side by side:
https://docs.python.org/3/library/functools.html#functools.cache
"""

import os
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

TICK = 1.0  # seconds until who waits looks again, as Ctrl-C can take the news from it

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Computation(Generic[Value]):
    """One computation, under way or done; only the thread that runs it sets its outcome."""

    value: Value  # there once it has succeeded

    def __init__(self) -> None:
        self.running = threading.Lock()  # held by that thread, by `with`, until it has ended
        self.ended: SimpleQueue[None] = SimpleQueue()  # then has one item, for who waits
        self.thread = threading.current_thread()
        self.expires = float("inf")  # seconds of the cache's clock
        self.error: Exception | None = None
        self.succeeded = False

    def is_of_use(self, now: float) -> bool:
        """Tell whether it is under way, or has a value that has not expired."""
        return self.running.locked() or (self.succeeded and now < self.expires)


class ComputeOnce(Generic[Key, Value]):
    """Calls `compute(key)` once a key, and again after `lifetime` seconds.

    Invariant, guarded by `_lock`: for each key the cache holds at most one computation,
    under way or successful; `_waits` has what each waiting thread waits for. `compute` runs
    without the lock, so that keys do not wait for each other.

    An Exception of `compute` reaches everyone who waits for that key. It is not kept:
    the next caller computes again. What ends the computing thread alone, such as Ctrl-C
    or SystemExit, does not reach the others: one of them computes. Wherever Ctrl-C comes,
    nobody waits forever, as only locks and queues written in C are used. On 3.14 the `with`
    of such a lock is no single step: https://github.com/python/cpython/issues/148874

    `os.fork` copies one thread. The child keeps the values, and computes what other threads
    of its parent were computing: https://docs.python.org/3/library/os.html#os.register_at_fork
    """

    def __init__(
        self,
        compute: Callable[[Key], Value],
        lifetime: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare an empty cache.

        Args:
            compute: may raise, and ask this cache for other keys.
            lifetime: seconds that a value is kept, from the end of its computation.
            clock: seconds that never go back; for tests.
        """
        self._compute = compute
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._computations: dict[Key, Computation[Value]] = {}
        self._waits: dict[threading.Thread, Computation[Value]] = {}
        _caches.add(self)

    def _in_child(self) -> None:
        """After a fork, drop the computations, and the lock, of threads that are not here."""
        self._lock, self._waits = threading.Lock(), {}
        for key, found in [*self._computations.items()]:
            if found.running.locked() and found.thread is not threading.current_thread():
                del self._computations[key]

    def __call__(self, key: Key, timeout: float | None = None) -> Value:
        """Return the value of `key`, computing it if nobody has.

        Args:
            key: any hashable.
            timeout: seconds to wait for another thread's computation; None is for ever.
                The thread that computes is not interrupted.

        Raises:
            TimeoutError: another thread is still computing after `timeout`.
            RuntimeError: the key needs itself, perhaps by way of keys of other threads. It
                is not noticed, and hangs, where `compute` waits for a thread or a future.
            Exception: whatever `compute` raised.
        """
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while True:
            mine = Computation[Value]()
            try:
                with mine.running:  # before another thread can find it
                    found = self._find(key, mine)
                    if found is mine:
                        self._run(key, mine)
                while found.running.locked():
                    left = end - time.monotonic()
                    if left <= 0:
                        raise TimeoutError(f"{key!r}: still computing after {timeout} seconds")
                    with suppress(Empty):
                        found.ended.get(timeout=min(TICK, left))
                        found.ended.put(None)  # for the next who waits
            finally:
                self._leave(key, mine)
            if found.error is not None:
                raise found.error
            if found.succeeded:
                return found.value

    def _find(self, key: Key, mine: Computation[Value]) -> Computation[Value]:
        """Return the computation of `key`; it is `mine` if this thread has to run it."""
        with self._lock:
            self._waits.pop(mine.thread, None)  # that of a call that Ctrl-C ended
            found = self._computations.get(key)
            if found is None or not found.is_of_use(self._clock()):
                self._computations[key] = mine
                return mine
            waited: Computation[Value] | None = found
            while waited is not None and waited.running.locked():
                if waited.thread is mine.thread:
                    raise RuntimeError(f"computing {key!r} needs {key!r}")
                waited = self._waits.get(waited.thread)
            self._waits[mine.thread] = found
            return found

    def _run(self, key: Key, mine: Computation[Value]) -> None:
        try:
            mine.value = self._compute(key)
            mine.expires = self._clock() + self._lifetime
            mine.succeeded = True
        except Exception as error:
            mine.error = error
            raise

    def _leave(self, key: Key, mine: Computation[Value]) -> None:
        """Whatever happened, wait for nobody, and tell who waits."""
        with self._lock:
            self._waits.pop(mine.thread, None)
            if self._computations.get(key) is mine and not mine.succeeded:
                del self._computations[key]
        mine.ended.put(None)

    def forget(self, key: Key) -> None:
        """Drop the value of `key`; a computation under way goes on and is kept."""
        with self._lock:
            found = self._computations.get(key)
            if found is not None and not found.running.locked():
                del self._computations[key]


_caches: weakref.WeakSet[ComputeOnce[Any, Any]] = weakref.WeakSet()


def _in_child() -> None:
    for cache in [*_caches]:
        cache._in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def main() -> None:
    """Let eight threads ask for one price, and for one that cannot be had."""
    calls = []

    def fetch(name: str) -> int:
        calls.append(name)
        time.sleep(0.05)  # seconds: an answer from the network
        return {"tea": 3}[name]

    price = ComputeOnce(fetch)
    answers: list[object] = []

    def ask(name: str) -> None:
        try:
            answers.append(price(name))
        except KeyError as error:
            answers.append(repr(error))

    for name in "tea", "gold":
        threads = [threading.Thread(target=ask, args=(name,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print("answers:", answers[:8], answers[8])
    print("tea was fetched", calls.count("tea"), "time")


if __name__ == "__main__":
    main()
