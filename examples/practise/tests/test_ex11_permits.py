"""With one permit: a call that fails, and then two at once."""

from contextlib import suppress

from ex11_permits import Limited
from together import together


def fail() -> None:
    raise OSError("offline")


def test_a_failed_call_gives_its_permit_back() -> None:
    limited, at_work, done = Limited(1), [], []

    def work() -> None:
        at_work.append("here")
        assert len(at_work) == 1, f"{len(at_work)} calls at once, and the limit is 1"
        at_work.pop()
        done.append("done")

    with suppress(OSError):
        limited.call(fail)

    def call() -> None:
        limited.call(work)

    together(call, call)
    assert len(done) == 2, f"two calls, and {len(done)} were made"


def test_who_calls_is_told_of_the_error() -> None:
    told: list[str] = []

    def call() -> None:
        try:
            Limited(1).call(fail)
        except OSError as error:
            told.append(str(error))

    together(call)
    assert told == ["offline"], "the fetch has failed, and its caller was not told"
