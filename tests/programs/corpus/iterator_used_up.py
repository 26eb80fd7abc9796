"""Two threads go through one iterator; the later one finds nothing left."""

KIND = "shared iterator"


class Bad:
    def __init__(self):
        self.prices = map(int, ["1", "2"])
        self.sums = []

    def one(self):
        self.sums.append(sum(self.prices))

    two = one

    def check(self):
        assert self.sums == [3, 3]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.prices = [1, 2]
