"""A collections.Counter counts words for two threads without a lock."""

import threading
from collections import Counter

KIND = "lost update"


class Bad:
    def __init__(self):
        self.words = Counter()

    def one(self):
        for word in ("spam", "egg"):
            self.words[word] += 1

    two = one

    def check(self):
        assert self.words == {"spam": 2, "egg": 2}


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        for word in ("spam", "egg"):
            with self.lock:
                self.words[word] += 1

    two = one
