"""A letter box: take() sleeps until the bell rings."""

from threading import Event


class LetterBox:
    def __init__(self) -> None:
        self.letters: list[str] = []
        self.bell = Event()

    def put(self, letter: str) -> None:
        self.letters.append(letter)
        self.bell.set()

    def take(self) -> str:
        while not self.letters:
            self.bell.clear()
            self.bell.wait()
        return self.letters.pop(0)
