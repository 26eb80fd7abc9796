"""Pool.join() with a task that hangs in its process.

Cause: mp-pool
"""

import multiprocessing
import threading


def work():
    threading.Event().wait()


if __name__ == "__main__":
    pool = multiprocessing.get_context("spawn").Pool(1)
    pool.apply_async(work)
    pool.close()
    print("hanging", flush=True)
    pool.join()
