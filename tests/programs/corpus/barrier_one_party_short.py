"""A barrier for three is shared by two threads: both wait for ever."""

import threading

KIND = "communication deadlock"


class Bad:
    parties = 3

    def __init__(self):
        self.barrier = threading.Barrier(self.parties)
        self.log = []

    def one(self):
        self.log.append("load")
        self.barrier.wait()
        self.log.append("run")

    two = one

    def check(self):
        assert self.log == ["load", "load", "run", "run"]


class Fixed(Bad):
    parties = 2
