"""The only worker has died of an exception.

Cause: task-done
"""

import queue
import threading

jobs = queue.Queue()


def work():
    while True:
        jobs.get() / 0


threading.excepthook = lambda _: None
worker = threading.Thread(target=work, daemon=True)
worker.start()
jobs.put(1)
worker.join()
print("hanging", flush=True)
jobs.join()
