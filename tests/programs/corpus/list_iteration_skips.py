"""One thread iterates over a list, another removes the first element: one is skipped."""

KIND = "change during iteration"


class Bad:
    def __init__(self):
        self.clients = ["ann", "bob"]
        self.told = []

    def one(self):
        for client in self.clients:
            self.told.append(client)

    def two(self):
        self.clients.remove("ann")

    def check(self):
        assert "bob" in self.told


class Fixed(Bad):
    def one(self):
        for client in self.clients.copy():
            self.told.append(client)
