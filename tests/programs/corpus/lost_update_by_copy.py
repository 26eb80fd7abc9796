"""Two threads copy a dict, change their copy and put it in place."""

import threading

KIND = "lost update"


class Bad:
    def __init__(self):
        self.settings = {}

    def put(self, name):
        self.settings = {**self.settings, name: True}

    def one(self):
        self.put("colour")

    def two(self):
        self.put("sound")

    def check(self):
        assert self.settings == {"colour": True, "sound": True}


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def put(self, name):
        with self.lock:
            super().put(name)
