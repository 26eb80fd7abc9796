"""A cache for threads: each key is computed once, however many threads ask for it.

    price = ComputeOnce(fetch_price, lifetime=60)
    price("tea")   # fetches; everyone who asks meanwhile waits for the same answer
    price("tea")   # from the cache, for 60 seconds

`functools.cache` lets threads compute the same key side by side:
https://docs.python.org/3/library/functools.html#functools.cache
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Computation(Generic[Value]):
    """One computation, under way or done; only the thread that runs it writes here."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.thread = threading.current_thread()
        self.expires = float("inf")  # seconds of the cache's clock
        self.value: Value | None = None
        self.error: BaseException | None = None


class ComputeOnce(Generic[Key, Value]):
    """Calls `compute(key)` once a key, and again after `lifetime` seconds.

    Invariant, guarded by `_lock`: for each key the cache holds at most one computation,
    under way or successful. `compute` runs without the lock, so that keys do not wait
    for each other.

    An exception of `compute` reaches everyone who waits for that key. It is not kept:
    the next caller computes again.
    """

    def __init__(
        self,
        compute: Callable[[Key], Value],
        lifetime: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare an empty cache.

        Args:
            compute: may raise; must not ask this cache for the key that it computes.
            lifetime: seconds that a value is kept, from the end of its computation.
            clock: seconds that never go back; for tests.
        """
        self._compute = compute
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._computations: dict[Key, Computation[Value]] = {}

    def __call__(self, key: Key, timeout: float | None = None) -> Value:
        """Return the value of `key`, computing it if nobody has.

        Args:
            key: any hashable.
            timeout: seconds to wait for another thread's computation; None is for ever.
                The thread that computes is not interrupted.

        Raises:
            TimeoutError: another thread is still computing after `timeout`.
            RuntimeError: this thread is computing the same key already.
            Exception: whatever `compute` raised.
        """
        with self._lock:
            found = self._computations.get(key)
            if found is None or found.expires <= self._clock():
                mine = self._computations[key] = Computation()
            else:
                mine = None
        if mine is not None:
            return self._run(key, mine)
        if found.thread is threading.current_thread() and not found.done.is_set():
            raise RuntimeError(f"computing {key!r} needs {key!r}")
        if not found.done.wait(timeout):
            raise TimeoutError(f"{key!r}: still computing after {timeout} seconds")
        if found.error is not None:
            raise found.error
        return found.value

    def _run(self, key: Key, mine: Computation[Value]) -> Value:
        try:
            mine.value = self._compute(key)
            mine.expires = self._clock() + self._lifetime
            return mine.value
        except BaseException as error:
            mine.error = error
            with self._lock:
                del self._computations[key]
            raise
        finally:
            mine.done.set()  # whatever happened, nobody waits for ever

    def forget(self, key: Key) -> None:
        """Drop the value of `key`; a computation under way goes on and is kept."""
        with self._lock:
            found = self._computations.get(key)
            if found is not None and found.done.is_set():
                del self._computations[key]


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
