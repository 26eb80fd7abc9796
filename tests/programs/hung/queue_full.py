"""The consumer stops after three items, the producer does not.

Cause: queue-full
"""

import queue
import threading

inbox = queue.Queue(maxsize=2)


def consume():
    for _ in range(3):
        inbox.get()


threading.Thread(target=consume).start()
for number in range(10):
    if number == 5:
        print("hanging", flush=True)
    inbox.put(number)
