"""One thread makes tags of a set of services, another adds a service (dd-trace-py#16684)."""

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.services = {"web"}
        self.tags = []

    def one(self):
        self.tags = [f"service:{name}" for name in self.services]

    def two(self):
        self.services.add("db")

    def check(self):
        assert "service:web" in self.tags


class Fixed(Bad):
    def one(self):
        # set.copy runs in one piece: under the GIL, and with the set locked without it.
        self.tags = [f"service:{name}" for name in self.services.copy()]
