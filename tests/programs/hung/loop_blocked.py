"""A coroutine takes from a queue of threads.

Cause: loop-blocked
"""

import asyncio
import queue

inbox = queue.Queue()


async def consume():
    print("hanging", flush=True)
    return inbox.get()


async def produce():
    inbox.put(1)


async def main():
    await asyncio.gather(consume(), produce())


asyncio.run(main())
