"""Two threads add once each."""

from ex01_counter import Counter
from together import together


def test_two_threads_add() -> None:
    counter = Counter()
    counter.add()
    assert counter.value == 1, f"one call of add has added {counter.value}"
    counter = Counter()
    together(counter.add, counter.add)
    assert counter.value == 2, f"two threads have added, and the counter says {counter.value}"
