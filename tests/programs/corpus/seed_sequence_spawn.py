"""Two threads spawn children of one seed, and their keys are the same (numpy#32063)."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.spawned = 0
        self.keys = []

    def spawn(self, count):
        first = self.spawned
        children = [("seed", first + i) for i in range(count)]
        self.spawned = first + count
        return children

    def one(self):
        self.keys.extend(self.spawn(2))

    two = one

    def check(self):
        assert len(set(self.keys)) == 4


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def spawn(self, count):
        with self.lock:  # the keys are taken here, the children may be built outside
            first = self.spawned
            self.spawned += count
        return [("seed", first + i) for i in range(count)]
