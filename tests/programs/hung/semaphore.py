"""A permit is taken before the work, and not given back when it fails.

Cause: semaphore
"""

import threading

slots = threading.Semaphore(2)
failed = threading.Barrier(3)


def work():
    slots.acquire()
    try:
        failed.wait()
        raise OSError
    except OSError:
        return
    slots.release()


for _ in range(2):
    threading.Thread(target=work).start()
failed.wait()
print("hanging", flush=True)
slots.acquire()
