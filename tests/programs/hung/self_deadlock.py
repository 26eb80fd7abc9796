"""A method that holds a Lock calls another one that takes it.

Cause: self-deadlock
"""

import threading


class Stock:
    def __init__(self):
        self._lock = threading.Lock()
        self._items = {}

    def count(self):
        print("hanging", flush=True)
        with self._lock:
            return len(self._items)

    def add(self, name):
        with self._lock:
            self._items[name] = self.count()


Stock().add("pen")
