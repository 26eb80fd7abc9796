"""__del__ takes the lock that is held where the object goes.

Cause: del-lock
"""

import threading

lock = threading.Lock()


class Handle:
    def __del__(self):
        print("hanging", flush=True)
        with lock:
            pass


handles = {"a": Handle()}
with lock:
    handles.clear()
