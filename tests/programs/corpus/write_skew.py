"""Two threads check the item of the other and clear their own, under a lock each: both clear."""

import threading

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.on_call = {"ann": True, "bob": True}
        self.locks = {"ann": threading.Lock(), "bob": threading.Lock()}

    def leave(self, me, other):
        with self.locks[me]:
            if self.on_call[other]:
                self.on_call[me] = False

    def one(self):
        self.leave("ann", "bob")

    def two(self):
        self.leave("bob", "ann")

    def check(self):
        assert sorted(self.on_call.values()) == [False, True]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.locks["bob"] = self.locks["ann"]
