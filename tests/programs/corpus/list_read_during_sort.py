"""One thread sorts a list in place; another reads it meanwhile and finds it empty: IndexError."""

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.scores = [2, 1]
        self.seen = []

    def one(self):
        # CPython empties a list while it sorts it; a key in Python can be interrupted.
        self.scores.sort(key=lambda score: -score)

    def two(self):
        self.seen.append(self.scores[0])

    def check(self):
        assert (self.scores, self.seen) == ([2, 1], [2])


class Fixed(Bad):
    def one(self):
        self.scores = sorted(self.scores, key=lambda score: -score)
