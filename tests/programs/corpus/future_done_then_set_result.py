"""Two threads see a future that is not done and both set it: InvalidStateError."""

import threading
from concurrent.futures import Future

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.answer = Future()

    def reply(self, text):
        if not self.answer.done():
            self.answer.set_result(text)

    def one(self):
        self.reply("mirror 1")

    def two(self):
        self.reply("mirror 2")

    def check(self):
        assert self.answer.result() in ("mirror 1", "mirror 2")


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def reply(self, text):
        with self.lock:
            super().reply(text)
