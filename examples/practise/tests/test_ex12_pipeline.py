"""Two good texts; and a good text after two bad ones."""

from ex12_pipeline import run


def test_nothing_is_lost() -> None:
    written: list[int] = []

    def write(number: int) -> None:
        written.append(number)

    run(["0", "1"], write)
    assert sorted(written) == [0, 1], f"0 and 1 went in, and {written} came out"


def test_a_bad_text_ends_nothing() -> None:
    written: list[int] = []

    def write(number: int) -> None:
        written.append(number)

    run(["x", "", "7"], write)
    assert written == [7], f"'x', '' and '7' went in, and {written} came out"
