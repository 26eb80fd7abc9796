"""A box: take() waits until there is an item."""

from threading import Condition


class Box:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.changed = Condition()

    def put(self, item: str) -> None:
        with self.changed:
            self.items.append(item)
            self.changed.notify()

    def take(self) -> str:
        with self.changed:
            if not self.items:
                self.changed.wait()
            return self.items.pop()
