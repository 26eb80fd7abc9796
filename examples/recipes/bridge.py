"""Pass items from threads into an event loop, with backpressure in both directions.

asyncio.Queue is not thread-safe, and queue.Queue blocks the loop:
https://docs.python.org/3/library/asyncio-queue.html
A Bridge has a side for each: threads `put`, a coroutine iterates.
"""

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")

TICK = 0.2  # seconds until a thread that waits looks whether the loop is closed


class Closed(Exception):
    """The bridge takes no more items."""


class Bridge(Generic[Item]):
    """A bounded queue from any number of threads into one event loop.

    Make it in a coroutine of the loop that reads, and by `with`: when the reader
    leaves, also by an exception, the bridge closes, and no thread waits for it.
    `limit` items may wait; a thread that puts one more waits until there is room.

    Invariant, guarded by `_changed`: at most `limit` items are in `_items`. The lock
    is held for a few instructions only, so the loop's thread may take it. Whoever
    clears `_arrived` looks at `_items` afterwards, so no arrival is missed.
    """

    def __init__(self, limit: int = 100) -> None:
        """Open a bridge. Raises ValueError if `limit` is below one."""
        if not limit >= 1:  # NaN, too
            raise ValueError(f"limit {limit!r}: must be at least one")
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._closed = False
        self._arrived = asyncio.Event()

    def put(self, item: Item, timeout: float | None = None) -> None:
        """Put an item from a thread; wait while the bridge is full.

        timeout: seconds to wait for room; None waits for ever.

        If one of these is raised, the item is not passed on:
        TimeoutError: there was no room in time.
        Closed: the bridge or its loop was closed, also while waiting.
        RuntimeError: in the loop's own thread, which would wait for itself.
        """
        if _running_loop() is self._loop:
            raise RuntimeError("put() blocks the loop that reads: use another thread")
        end = float("inf") if timeout is None else time.monotonic() + timeout
        with self._changed:
            while self._is_full() and not (self._closed or self._loop.is_closed()):
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no room after {timeout} seconds")
                self._changed.wait(min(TICK, left))
            if self._closed:
                raise Closed
            try:  # first, as it may fail; the reader looks when the lock is free
                self._loop.call_soon_threadsafe(self._arrived.set)
            except RuntimeError:  # the loop is closed
                raise Closed from None
            self._items.append(item)

    def _is_full(self) -> bool:
        return len(self._items) >= self._limit

    def close(self) -> None:
        """Take no more items; the reader gets those that wait.

        May be called from any thread, and again.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with suppress(RuntimeError):  # the loop is closed: there is no reader
            self._loop.call_soon_threadsafe(self._arrived.set)

    def __enter__(self) -> "Bridge[Item]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> "Bridge[Item]":
        """Iterate over the items until the bridge is closed and empty."""
        return self

    async def __anext__(self) -> Item:
        """Return the next item. If this is cancelled, the item stays for the next call."""
        while True:
            self._arrived.clear()
            with self._changed:
                if self._items:
                    self._changed.notify()
                    return self._items.popleft()
                if self._closed:
                    raise StopAsyncIteration
            await self._arrived.wait()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def main() -> None:
    def produce(name: str) -> None:
        for number in range(3):
            bridge.put(f"{name}{number}")

    def produce_all() -> None:
        with bridge, ThreadPoolExecutor() as pool:
            for future in [pool.submit(produce, name) for name in "ab"]:
                future.result()

    with Bridge[str](limit=2) as bridge:
        producing = asyncio.create_task(asyncio.to_thread(produce_all))
        print(sorted([item async for item in bridge]))
        await producing


if __name__ == "__main__":
    asyncio.run(main())
