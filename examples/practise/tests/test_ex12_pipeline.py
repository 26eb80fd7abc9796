"""One good text, and one bad text."""

from ex12_pipeline import run


def test_nothing_is_lost() -> None:
    written: list[int] = []

    def write(number: int) -> None:
        written.append(number)

    run(["1"], write)
    assert written == [1], f"1 went in, and {written} came out"


def test_a_bad_text_ends_nothing() -> None:
    written: list[int] = []

    def write(number: int) -> None:
        written.append(number)

    run(["x"], write)
    assert written == [], f"x went in, and {written} came out"
