"""A thread calls loop.call_soon, which does not wake the loop: it waits for ever."""

import asyncio

KIND = "lost wake-up"


class Bad:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.answer = self.loop.create_future()

    def one(self):
        self.loop.run_until_complete(self.answer)

    def two(self):
        self.loop.call_soon(self.answer.set_result, 42)

    def check(self):
        self.loop.close()
        assert self.answer.result() == 42


class Fixed(Bad):
    def two(self):
        self.loop.call_soon_threadsafe(self.answer.set_result, 42)
