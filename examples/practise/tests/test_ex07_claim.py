"""Two threads claim one name."""

from ex07_claim import Names
from together import together


def test_one_of_two_gets_the_name() -> None:
    names, told = Names(), {}

    def claim(owner: str) -> None:
        told[owner] = names.claim("python", owner)

    together(lambda: claim("Ada"), lambda: claim("Bob"))
    winners = sorted(owner for owner, won in told.items() if won)
    assert len(winners) == 1, f"only one of two may get the name, and these were told so: {winners}"
    assert names.owners == {"python": winners[0]}, "who was told so does not have the name"
