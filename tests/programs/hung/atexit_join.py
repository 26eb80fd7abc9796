"""A handler of atexit joins a daemon thread that never ends.

Cause: atexit-join
"""

import atexit
import threading

stop = threading.Event()


def beat():
    while not stop.wait(3600):
        pass


thread = threading.Thread(target=beat, daemon=True)
thread.start()


@atexit.register
def finish():
    print("hanging", flush=True)
    thread.join()
