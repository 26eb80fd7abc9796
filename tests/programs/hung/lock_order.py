"""Two threads take two locks, each in its own order.

Cause: lock-order
"""

import threading

accounts, audit = threading.Lock(), threading.Lock()
both = threading.Barrier(2, action=lambda: print("hanging", flush=True))


def transfer():
    with accounts:
        both.wait()
        with audit:
            pass


def report():
    with audit:
        both.wait()
        with accounts:
            pass


threads = [threading.Thread(target=work) for work in (transfer, report)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
