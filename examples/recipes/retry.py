"""Try tasks again that fail for a while, in a pool, with pauses that grow.

    retry = Retry(ConnectionError, TimeoutError, attempts=5)
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(retry, fetch, url) for url in urls]

Repeat only what may be done twice, as a lost answer does not tell whether it was done.
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Stopped(Exception):
    """No attempt was made any more as `stop` was set; the cause is the last error, if any."""


def half_to_full(pause: float) -> float:
    """Return something from half of `pause` to all of it.

    Tasks that failed together must not come back together.
    """
    return random.uniform(pause / 2, pause)


class Retry:
    """Calls functions again while they raise what may pass; any thread may share one.

    Between two attempts it waits `first`, `2 * first`, `4 * first` … seconds, at most
    `longest`, each changed by `jitter`. It does not wait after the last attempt.
    """

    def __init__(
        self,
        *passing: type[Exception],
        attempts: int = 3,
        first: float = 0.5,
        longest: float = 30.0,
        jitter: Callable[[float], float] = half_to_full,
        stop: threading.Event | None = None,
    ) -> None:
        """Say what is tried again.

        Args:
            passing: exceptions that may be gone on the next attempt. All others are
                raised at once: another attempt would not help, or would do harm.
            attempts: how often a function is called at most.
            first: seconds before the second attempt.
            longest: seconds that no pause exceeds.
            jitter: gets the seconds of a pause, and returns those to wait.
            stop: when set, pauses end, and no attempt begins any more. In a rare instant of a
                pause of the main thread, Ctrl-C can leave its lock held, as of any Event.

        Raises:
            ValueError: there is no exception, or a number makes no sense.
        """
        if not passing or not attempts >= 1 or not 0 <= first <= longest <= threading.TIMEOUT_MAX:
            raise ValueError(
                f"passing {passing!r}, attempts {attempts!r}, first {first!r}, "
                f"longest {longest!r}: cannot be tried like that"
            )
        self._passing = passing
        self._attempts = attempts
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._stop = threading.Event() if stop is None else stop

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return `function(*args, **kwargs)` of the first attempt that does not raise.

        Raises:
            Stopped: `stop` is set, and it was not called; or it failed, and is not called
                again.
            Exception: what the last attempt raised, or what is not among `passing`.
        """
        if self._stop.is_set():
            raise Stopped("before attempt 1")
        pause = self._first
        for attempt in range(1, self._attempts):
            try:
                return function(*args, **kwargs)
            except self._passing as error:
                if self._stop.wait(min(self._longest, max(0.0, self._jitter(pause)))):
                    raise Stopped(f"after attempt {attempt}") from error
                pause = min(2 * pause, self._longest)
        return function(*args, **kwargs)  # the last attempt: no pause follows


def main() -> None:
    """Ask for three prices: one comes at the third attempt, one never, one not again."""
    calls: list[str] = []

    def price(name: str) -> int:
        calls.append(name)
        if name == "gold":
            raise ConnectionError("server is away")
        if calls.count("tea") < 3:
            raise TimeoutError("server is slow")
        return {"tea": 3}[name]

    retry = Retry(ConnectionError, TimeoutError, attempts=3, first=0.01)
    with ThreadPoolExecutor(max_workers=1) as pool:
        futures = {name: pool.submit(retry, price, name) for name in ("tea", "gold", "milk")}
    for name, future in futures.items():
        error = future.exception()
        outcome = repr(error) if error else future.result()
        print(f"{name}: {outcome}, calls: {calls.count(name)}")


if __name__ == "__main__":
    main()
