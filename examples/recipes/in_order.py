"""Process a stream in a pool of threads, and take the results in its order.

    with ThreadPoolExecutor() as pool:
        for line, future in in_order(pool, parse, file, ahead=100):
            write(future.result())

`Executor.map` reads the whole stream before it yields, unless it has a
`buffersize`, and ends at the first error:
https://docs.python.org/3/library/concurrent.futures.html
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import count
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Pairs = Generator[tuple[Item, Future[Result]], None, None]


def in_order(
    pool: Executor,
    function: Callable[[Item], Result],
    stream: Iterable[Item],
    ahead: int,
) -> Pairs[Item, Result]:
    """Yield each item of `stream` with the future of `function(item)`, in order.

    Closed early, also by Ctrl-C, it cancels what has not begun; not what Ctrl-C meets in the
    middle of `pool.submit`.

    Args:
        pool: runs `function`.
        stream: may be endless, as it is read only as far as `ahead`, by whoever
            iterates.
        ahead: how many items may be submitted and not yet yielded.

    Raises:
        ValueError: `ahead` is not above zero.
        Exception: what `stream` or `pool.submit` raised, after all that was
            submitted before is yielded.
    """
    if not ahead >= 1:  # NaN, too
        raise ValueError(f"ahead {ahead!r}: must be above zero")
    return _pairs(pool, function, stream, ahead)


def _pairs(
    pool: Executor,
    function: Callable[[Item], Result],
    stream: Iterable[Item],
    ahead: int,
) -> Pairs[Item, Result]:
    failure: Exception | None = None

    def submitted() -> Pairs[Item, Result]:
        nonlocal failure
        try:
            for item in stream:
                yield item, pool.submit(function, item)
        except Exception as error:  # the results before it come first
            failure = error

    window: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for pair in submitted():
            window.append(pair)
            if len(window) == ahead:
                yield window.popleft()  # what is handed out stays alive
        while window:
            yield window.popleft()
        if failure is not None:
            raise failure
    finally:
        for _, future in window:
            future.cancel()


def main() -> None:
    """Divide by an endless stream, in which a zero is, and read a stream that breaks off."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        for item, division in in_order(pool, lambda n: 6 / (n - 2), count(), ahead=8):
            error = division.exception()
            print(item, division.result() if error is None else error)
            if item == 4:
                break

        def lines() -> Generator[str, None, None]:
            yield from ("one", "two")
            raise ConnectionError("connection lost")

        try:
            for line, future in in_order(pool, str.upper, lines(), ahead=8):
                print(line, future.result())
        except ConnectionError as broken:
            print("then:", broken)


if __name__ == "__main__":
    main()
