"""Two threads append a head and a body each to one list, and the records mix."""

import threading

KIND = "atomicity violation"


class Bad:
    def __init__(self):
        self.lines = []

    def write(self, name):
        self.lines.append(f"<{name}>")
        self.lines.append(f"</{name}>")

    def one(self):
        self.write("a")

    def two(self):
        self.write("b")

    def check(self):
        assert "".join(self.lines) in ("<a></a><b></b>", "<b></b><a></a>")


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def write(self, name):
        with self.lock:
            super().write(name)
