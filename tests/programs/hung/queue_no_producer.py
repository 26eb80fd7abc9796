"""A consumer waits for an item, and main waits for the consumer.

Cause: queue-get
"""

import queue
import threading

inbox = queue.Queue()


def consume():
    while (item := inbox.get()) is not None:
        print(item)


consumer = threading.Thread(target=consume)
consumer.start()
inbox.put("hanging")
consumer.join()
