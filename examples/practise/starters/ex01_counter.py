"""Two threads add to one counter, and it must count both."""


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1
