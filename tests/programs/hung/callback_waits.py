"""A done-callback submits the next task and waits for it.

Cause: callback-waits
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

pool = ThreadPoolExecutor(max_workers=1)
registered, finished = Event(), Event()


def then(future):
    print("hanging", flush=True)
    pool.submit(abs, -1).result()
    finished.set()


first = pool.submit(registered.wait)
first.add_done_callback(then)
registered.set()
finished.wait()
