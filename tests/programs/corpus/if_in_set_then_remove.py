"""Two threads find an element in a set and both remove it; the second raises KeyError."""

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.online = {"ann", "bob"}

    def one(self):
        if "ann" in self.online:
            self.online.remove("ann")

    two = one

    def check(self):
        assert self.online == {"bob"}


class Fixed(Bad):
    def one(self):
        self.online.discard("ann")

    two = one
