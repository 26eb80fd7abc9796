"""Two threads take, and two items are put."""

from time import sleep

from ex09_condition import Box
from together import together


def test_each_gets_an_item() -> None:
    box = Box()
    got: list[str] = []

    def take() -> None:
        got.append(box.take())

    def put() -> None:
        box.put("first")
        sleep(0.1)  # others may come now
        box.put("second")

    together(take, take, put)
    assert set(got) == {"first", "second"}, f"what the two threads have got is {got}"
