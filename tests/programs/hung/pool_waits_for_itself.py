"""Each task of a pool waits for a task of the same pool.

Cause: pool-waits-for-itself
"""

import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)
both = threading.Barrier(2, action=lambda: print("hanging", flush=True))


def part(number):
    return number * number


def whole(number):
    both.wait()
    return pool.submit(part, number).result()


print(list(pool.map(whole, range(2))))
