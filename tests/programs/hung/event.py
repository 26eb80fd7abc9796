"""The thread that sets the Event fails before.

Cause: event
"""

import threading

ready = threading.Event()


def load():
    try:
        raise OSError("no such file")
    except OSError:
        return
    ready.set()


threading.Thread(target=load).start()
print("hanging", flush=True)
ready.wait()
