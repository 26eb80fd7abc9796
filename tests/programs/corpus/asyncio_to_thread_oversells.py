"""A coroutine sells the last seat in a worker thread while another thread sells it, too."""

import asyncio
import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.seats = 1

    def sell(self):
        if self.seats:
            self.seats -= 1

    def one(self):
        asyncio.run(asyncio.to_thread(self.sell))

    def two(self):
        self.sell()

    def check(self):
        assert self.seats == 0


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def sell(self):
        with self.lock:
            super().sell()
