"""run_coroutine_threadsafe().result() in the thread of the loop.

Cause: loop-waits-for-itself
"""

import asyncio


async def fetch():
    return 1


def from_outside(loop):
    print("hanging", flush=True)
    return asyncio.run_coroutine_threadsafe(fetch(), loop).result()


async def main():
    return from_outside(asyncio.get_running_loop())


asyncio.run(main())
