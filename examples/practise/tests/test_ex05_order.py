"""The results of three items are in their order, and two are fetched at once."""

from threading import Barrier

from ex05_order import fetch_all


def fetch(item: int) -> str:
    return "one" if item == 1 else "two"


def test_results_are_in_order() -> None:
    results = fetch_all(fetch, [2, 1, 2])
    assert results == ["two", "one", "two"], f"2, 1, 2 were given, and the results are {results}"


def test_two_are_fetched_at_once() -> None:
    both = Barrier(2)

    def fetch(item: int) -> str:
        both.wait()
        return "met"

    fetch_all(fetch, [1, 2])
