"""Clear, look, wait: whoever rings after the look is heard."""

from threading import Event


class LetterBox:
    def __init__(self) -> None:
        self.letters: list[str] = []
        self.bell = Event()

    def put(self, letter: str) -> None:
        self.letters.append(letter)
        self.bell.set()

    def take(self) -> str:
        while True:
            self.bell.clear()
            if self.letters:
                return self.letters.pop(0)
            self.bell.wait()
