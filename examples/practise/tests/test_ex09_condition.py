"""Two threads take, and two items are put; and one is put late."""

from threading import Event
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


def test_who_takes_waits_as_long_as_it_takes() -> None:
    box = Box()
    got: list[str] = []

    def take() -> None:
        got.append(box.take())

    def put() -> None:
        Event().wait(20)  # seconds, which pass at once here
        box.put("late")

    together(take, put)
    assert got == ["late"], f"an item came after 20 seconds, and what the thread has got is {got}"
