"""notify() came before wait(), and nobody asks whether it is so.

Cause: condition
"""

import threading

changed = threading.Condition()


def produce():
    with changed:
        changed.notify()


producer = threading.Thread(target=produce)
producer.start()
producer.join()
with changed:
    print("hanging", flush=True)
    changed.wait()
