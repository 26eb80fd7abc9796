"""A lock that lets readers in first, and readers that never all leave.

Cause: rw-starved
"""

import threading


class ReadWriteLock:
    def __init__(self):
        self._changed = threading.Condition()
        self._readers = 0

    def acquire_read(self):
        with self._changed:
            self._readers += 1

    def acquire_write(self):
        with self._changed:
            print("hanging", flush=True)
            while self._readers:
                self._changed.wait()


def read_forever():
    lock.acquire_read()
    reading.wait()
    threading.Event().wait()


lock, reading = ReadWriteLock(), threading.Barrier(3)
for _ in range(2):
    threading.Thread(target=read_forever, daemon=True).start()
reading.wait()
lock.acquire_write()
