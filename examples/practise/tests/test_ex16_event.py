"""One thread takes two letters, another puts them in."""

from time import sleep

from ex16_event import LetterBox
from together import together


def test_two_letters_arrive() -> None:
    box, taken = LetterBox(), []

    def put() -> None:
        box.put("first")
        sleep(0.1)  # the other may take it meanwhile
        box.put("second")

    def take() -> None:
        taken.append(box.take())
        taken.append(box.take())

    together(put, take)
    assert taken == ["first", "second"], f"two letters were put in, and taken was {taken}"
