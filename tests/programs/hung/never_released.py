"""A thread takes an RLock and ends without giving it back.

Cause: unheld
"""

import threading

lock = threading.RLock()


def work():
    lock.acquire()


thread = threading.Thread(target=work)
thread.start()
thread.join()
print("hanging", flush=True)
with lock:
    pass
