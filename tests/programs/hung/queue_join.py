"""A worker calls task_done() for all items but those that fail.

Cause: task-done
"""

import queue
import threading

jobs = queue.Queue()


def work():
    while True:
        job = jobs.get()
        try:
            print(1 // job)
        except ZeroDivisionError:
            continue
        jobs.task_done()


threading.Thread(target=work, daemon=True).start()
for job in 1, 0, 2:
    jobs.put(job)
print("hanging", flush=True)
jobs.join()
