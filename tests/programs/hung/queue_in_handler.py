"""A signal handler puts into the queue that it interrupts.

Cause: reentered
"""

import queue
import signal

log = queue.Queue()


class Item:
    def __init__(self, text):
        self.text = text


class Interrupted(queue.Queue):
    def _put(self, item):
        signal.raise_signal(signal.SIGINT)
        super()._put(item)


def note(number, frame):
    print("hanging", flush=True)
    log.put(Item("interrupted"))


log = Interrupted()
signal.signal(signal.SIGINT, note)
log.put(Item("first"))
