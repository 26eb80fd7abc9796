"""One thread finds a file in a cache and another drops it: KeyError (cpython#133253)."""

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.cache = {"spam.py": ["import egg"]}
        self.lines = []

    def one(self):
        if "spam.py" in self.cache:
            self.lines.extend(self.cache["spam.py"])

    def two(self):
        self.cache.pop("spam.py", None)

    def check(self):
        assert self.lines in ([], ["import egg"])


class Fixed(Bad):
    def one(self):
        entry = self.cache.get("spam.py")
        if entry is not None:
            self.lines.extend(entry)
