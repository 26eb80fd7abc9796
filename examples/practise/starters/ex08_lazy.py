"""A connection is made when it is first asked for, and once."""

from collections.abc import Callable


class Lazy:
    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make
        self.value: object = None

    def get(self) -> object:
        if self.value is None:
            self.value = self.make()
        return self.value
