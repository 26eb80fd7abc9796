"""Pass items from threads into an event loop, with backpressure in both directions.

asyncio.Queue is not thread-safe
(https://docs.python.org/3/library/asyncio-queue.html), and queue.Queue blocks the loop.
A Bridge has a side for each: threads `put`, a coroutine iterates.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Closed(Exception):
    """The bridge takes no more items."""


class Bridge(Generic[Item]):
    """A bounded queue from any number of threads into one event loop.

    Make it in a coroutine of the loop that reads, and by `with`: when the reader leaves, also
    by an exception, the bridge closes, and no thread waits for it. `limit` items may wait; a
    thread that puts one more waits until there is room.
    """

    def __init__(self, limit: int = 100) -> None:
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[Item] = asyncio.Queue(limit)
        self._end = asyncio.Event()
        self._closed = threading.Event()

    def put(self, item: Item, timeout: float | None = None) -> None:
        """Put an item from a thread; wait while the bridge is full.

        timeout: seconds; None waits for ever. Raises Closed if the bridge or its loop was
        closed, also while waiting: the item is not passed on. Raises TimeoutError: the item
        may have been passed on at the last moment. Raises RuntimeError in the loop's own
        thread, which would wait for itself.
        """
        if _running_loop() is self._loop:
            raise RuntimeError("put() blocks the loop that reads: call it from another thread")
        if self._closed.is_set() or self._loop.is_closed():
            raise Closed
        putting = self._put(item)
        try:
            future = asyncio.run_coroutine_threadsafe(putting, self._loop)
        except RuntimeError:  # the loop closed in between
            putting.close()
            raise Closed from None
        try:
            future.result(timeout)
        except CancelledError:
            raise Closed from None
        except TimeoutError:
            future.cancel()
            raise

    async def _put(self, item: Item) -> None:
        put, end = asyncio.ensure_future(self._items.put(item)), self._ended()
        try:
            await asyncio.wait({put, end}, return_when=asyncio.FIRST_COMPLETED)
            if not put.done():
                raise Closed
        finally:
            put.cancel()
            end.cancel()

    def _ended(self) -> "asyncio.Task[bool]":
        return asyncio.ensure_future(self._end.wait())

    def close(self) -> None:
        """Take no more items; the reader gets those that wait. From any thread, repeatable."""
        self._closed.set()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end.set)

    def __enter__(self) -> "Bridge[Item]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[Item]:
        """Yield the items until the bridge is closed and empty."""
        while True:
            if self._items.empty() and self._end.is_set():
                return
            get, end = asyncio.ensure_future(self._items.get()), self._ended()
            try:
                await asyncio.wait({get, end}, return_when=asyncio.FIRST_COMPLETED)
                if get.done():
                    yield get.result()
            finally:
                get.cancel()
                end.cancel()


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
