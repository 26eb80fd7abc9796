"""A thread is joined by one that holds the lock it needs.

Cause: blocks-holding
"""

import threading

lock = threading.Lock()


def save():
    print("hanging", flush=True)
    with lock:
        pass


thread = threading.Thread(target=save)
with lock:
    thread.start()
    thread.join()
