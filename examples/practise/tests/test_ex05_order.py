"""The results of three items are in their order."""

from ex05_order import fetch_all


def fetch(item: int) -> str:
    if item == 1:
        return "one"
    return "two" if item == 2 else "three"


def test_results_are_in_order() -> None:
    results = fetch_all(fetch, [1, 2, 3])
    assert results == ["one", "two", "three"], f"1, 2, 3 were given, and the results are {results}"
