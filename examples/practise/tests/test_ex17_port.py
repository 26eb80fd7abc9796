"""Two threads record; one records and another looks."""

from ex17_port import Statistics
from together import together


def test_two_threads_record() -> None:
    statistics = Statistics()
    together(lambda: statistics.record(3), lambda: statistics.record(5))
    found = statistics.snapshot()
    assert found == (2, 8, 5), f"3 and 5 were recorded: (2, 8, 5), and the snapshot is {found}"


def test_a_snapshot_shows_no_half_record() -> None:
    statistics, seen = Statistics(), []
    together(lambda: statistics.record(3), lambda: seen.append(statistics.snapshot()))
    assert seen[0] in [(0, 0, 0), (1, 3, 3)], f"3 was recorded, and a snapshot says {seen[0]}"
