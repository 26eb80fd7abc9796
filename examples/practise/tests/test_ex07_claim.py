"""Two threads claim one name, then one each; and one thread claims several."""

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


def test_each_gets_a_name() -> None:
    names, told = Names(), {}

    def claim(name: str, owner: str) -> None:
        told[owner] = names.claim(name, owner)

    together(lambda: claim("python", "Ada"), lambda: claim("cython", "Bob"))
    assert told == {"Ada": True, "Bob": True}, f"each claims a name of its own, and is told {told}"


def test_a_name_is_free_until_it_is_claimed() -> None:
    names = Names()
    told = [names.claim(name, owner) for name, owner in ("aA", "bB", "aB", "cB")]
    expected = [True, True, False, True]
    assert told == expected, f"free are a, b, not a again, c: {expected}, and claim says {told}"
