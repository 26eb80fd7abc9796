"""Two threads see a key and both delete it; the second raises KeyError."""

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.timers = {"job": 1}

    def one(self):
        if "job" in self.timers:
            del self.timers["job"]

    two = one

    def check(self):
        assert self.timers == {}


class Fixed(Bad):
    def one(self):
        self.timers.pop("job", None)

    two = one
