"""Three threads, three locks, each holds one and wants the next.

Cause: lock-order
"""

import threading

one, two, three = threading.Lock(), threading.Lock(), threading.Lock()
all_hold = threading.Barrier(3, action=lambda: print("hanging", flush=True))


def first():
    with one:
        all_hold.wait()
        with two:
            pass


def second():
    with two:
        all_hold.wait()
        with three:
            pass


def third():
    with three:
        all_hold.wait()
        with one:
            pass


for work in first, second, third:
    threading.Thread(target=work).start()
