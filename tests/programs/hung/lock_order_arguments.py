"""One function takes the locks of its arguments, and is called both ways round.

Cause: lock-order
"""

import threading


class Account:
    def __init__(self):
        self.lock = threading.Lock()


def transfer(source, target):
    with source.lock:
        both.wait()
        with target.lock:
            pass


a, b = Account(), Account()
both = threading.Barrier(2, action=lambda: print("hanging", flush=True))
threading.Thread(target=transfer, args=(a, b)).start()
threading.Thread(target=transfer, args=(b, a)).start()
