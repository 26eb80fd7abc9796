"""A done-callback submits the next task and waits for it.

Cause: callback-waits
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

pool = ThreadPoolExecutor(max_workers=1)
registered = Event()


def then(future):
    print("hanging", flush=True)
    return pool.submit(abs, -1).result()


first = pool.submit(registered.wait)
first.add_done_callback(then)
registered.set()
pool.shutdown()
