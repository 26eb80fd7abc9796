"""A lock for each key. Under the shared one nothing is computed."""

from collections.abc import Callable
from threading import Lock


class Cache:
    def __init__(self, compute: Callable[[str], str]) -> None:
        self.compute = compute
        self.values: dict[str, str] = {}
        self.locks: dict[str, Lock] = {}
        self.handing_out = Lock()

    def get(self, key: str) -> str:
        with self.handing_out:
            lock = self.locks.setdefault(key, Lock())
        with lock:
            if key not in self.values:
                self.values[key] = self.compute(key)
            return self.values[key]
