"""One key in two threads, two keys of which one takes long, and a key that fails at first."""

from threading import Event
from time import sleep

from ex10_cache import Cache
from together import together


def test_a_key_is_computed_once() -> None:
    computed: list[str] = []

    def compute(key: str) -> str:
        computed.append(key)
        sleep(0.1)  # others may come now
        return "A"

    cache = Cache(compute)

    def ask() -> None:
        cache.get("a")

    together(ask, ask)
    assert computed == ["a"], f"one key was asked for, and these were computed: {computed}"


def test_a_slow_key_holds_up_no_other() -> None:
    fast_is_there = Event()

    def compute(key: str) -> str:
        if key == "slow":
            fast_is_there.wait()
        else:
            fast_is_there.set()
        return "done"

    cache = Cache(compute)

    def ask_slow() -> None:
        cache.get("slow")

    def ask_fast() -> None:
        cache.get("fast")

    together(ask_slow, ask_fast)


def test_a_key_that_fails_is_computed_again() -> None:
    computed: list[str] = []

    def compute(key: str) -> str:
        computed.append(key)
        if len(computed) == 1:
            raise OSError
        return "A"

    cache = Cache(compute)
    told: list[str] = []

    def ask() -> None:
        try:
            told.append(cache.get("a"))
        except OSError:
            told.append("offline")

    together(ask, ask)
    told.sort()
    assert told == ["A", "offline"], f"one must fail and one get A; they got {told}"
