"""Two threads ask at once, and somebody once more."""

from ex08_lazy import Lazy
from together import together


def test_it_is_made_once() -> None:
    made: list[str] = []
    got: list[object] = []

    def make() -> str:
        made.append("connection")
        return f"connection {len(made)}"

    lazy = Lazy(make)
    assert not made, "it was made before anybody has asked"

    def ask() -> None:
        got.append(lazy.get())

    together(ask, ask)
    assert len(made) == 1, f"it was made {len(made)} times"
    ask()
    assert got == ["connection 1"] * 3, f"what the two threads have got, and a third call, is {got}"
