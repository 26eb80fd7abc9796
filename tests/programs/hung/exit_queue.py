"""Main has ended; a worker that is not a daemon waits for the next job.

Cause: exit-queue
"""

import queue
import threading

jobs = queue.Queue()


def work():
    while True:
        print(jobs.get(), flush=True)


threading.Thread(target=work).start()
jobs.put("hanging")
