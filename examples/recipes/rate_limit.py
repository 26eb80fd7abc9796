"""Limit how often something is done, over all threads: a token bucket.

    limit = RateLimit(10, per=1.0, burst=5)  # 10 a second, 5 at once after a rest

    def fetch(url):
        limit.acquire()
        return requests.get(url, timeout=10)

It limits how often a call begins, not how many are under way; a pool limits those.
The clock is `time.monotonic`: https://docs.python.org/3/library/time.html#time.monotonic
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Stopped(Exception):
    """The wait for the limit was given up because `stop` was set."""


class RateLimit:
    """Lets `rate` acquisitions pass in `per` seconds, whichever threads ask.

    Who asks is promised a time, first come, first served, and waits for it. In any span of
    t seconds there are at most `burst + rate * t / per` of these times. No thread passes
    before its time; one that the system wakes late may come close to the next.

    Invariant, guarded by `_lock`: `_full_at` is the time at which the bucket is full again
    if nobody else asks.
    """

    def __init__(
        self,
        rate: float,
        *,
        per: float = 1.0,
        burst: int = 1,
        stop: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with a full bucket.

        Args:
            rate: how many may pass in `per` seconds.
            per: seconds.
            burst: how many may pass at once after a rest.
            stop: when set, all who wait get `Stopped`, and so does whoever asks.
            clock: seconds that never go back; for tests, with a `stop` that waits by it.

        Raises:
            ValueError: an argument is not above zero, or too large for a float, or `per / rate`
                is longer than any wait may be (`threading.TIMEOUT_MAX`, which is centuries on
                most systems).
        """
        if not (rate > 0 and per > 0 and burst >= 1):
            raise ValueError(f"rate {rate!r}, per {per!r}, burst {burst!r}: must be above zero")
        try:
            self._interval = per / rate
            self._slack = (burst - 1) * self._interval
        except OverflowError:
            raise ValueError("rate, per or burst: too large for a float") from None
        if not self._interval <= threading.TIMEOUT_MAX:  # nor is it, if that is no number
            raise ValueError(f"rate {rate!r}, per {per!r}: no wait can be so long")
        self._stop = threading.Event() if stop is None else stop
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at = float("-inf")

    def acquire(self, timeout: float | None = None) -> None:
        """Wait until one more may pass.

        A wait that ends early, by `Stopped` or Ctrl-C, has used up its time: nobody passes
        sooner for it. In the middle of `Event.wait`, which is written in Python, Ctrl-C can
        leave the lock of `stop` held, and all who wait would hang: let the main thread wait
        for the others instead, or note the signal in a handler of your own.

        Args:
            timeout: seconds to wait at most; None is for ever.

        Raises:
            TimeoutError: it would take longer, or longer than any wait may be. Says so at
                once, and takes nothing.
            Stopped: `stop` is set, or was set while waiting.
        """
        if self._stop.is_set():  # first, so that it takes nothing
            raise Stopped
        pause = self._promise(timeout)
        if pause > 0 and self._stop.wait(pause):
            raise Stopped

    def try_acquire(self) -> bool:
        """Take one if it may pass now, and tell whether it may. Never waits.

        Raises:
            Stopped: `stop` is set.
        """
        try:
            self.acquire(timeout=0)
        except TimeoutError:
            return False
        return True

    def _promise(self, timeout: float | None) -> float:
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at, now)
            pause = max(0.0, full_at - self._slack - now)
            longest = threading.TIMEOUT_MAX if timeout is None else max(timeout, 0)
            if pause > min(longest, threading.TIMEOUT_MAX):
                raise TimeoutError(f"the rate limit is {pause:.3g} s away, more than {longest:g} s")
            self._full_at = full_at + self._interval
        return pause


def main() -> None:
    """Let four threads do twelve requests: two at once, then twenty a second."""
    limit = RateLimit(20, burst=2)
    begun = []
    start = time.monotonic()

    def request(_: int) -> None:
        limit.acquire()
        begun.append(time.monotonic() - start)

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(request, range(12)))
    too_early = [n for n, t in enumerate(sorted(begun), 1) if n > 2 + 20 * t]
    print(f"{len(begun)} requests, {len(too_early)} of them too early")

    hourly = RateLimit(1, per=3600)
    print("first:", hourly.try_acquire(), "second:", hourly.try_acquire())


if __name__ == "__main__":
    main()
