"""The check and what follows from it are one step, under one lock."""

from threading import Lock


class Names:
    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.lock = Lock()

    def claim(self, name: str, owner: str) -> bool:
        with self.lock:
            if name in self.owners:
                return False
            self.owners[name] = owner
            return True
