"""With one permit: two calls that fail, and then three; and with two permits: two at once."""

from contextlib import suppress
from threading import Barrier
from time import monotonic, sleep

from ex11_permits import Limited
from together import together


def fail() -> None:
    raise OSError("offline")


def fail_otherwise() -> None:
    raise ValueError("no page")


def test_a_failed_call_gives_its_permit_back() -> None:
    limited, at_work, done = Limited(1), [], []

    def work() -> None:
        at_work.append("here")
        assert len(at_work) == 1, f"{len(at_work)} calls at once, and the limit is 1"
        sleep(0.1)  # others may come now
        at_work.pop()
        done.append("done")

    with suppress(OSError):
        limited.call(fail)
    with suppress(ValueError):
        limited.call(fail_otherwise)
    began = monotonic()

    def once() -> None:
        limited.call(work)

    def twice() -> None:
        limited.call(work)
        limited.call(work)

    together(once, twice)
    assert len(done) == 3, f"three calls, and {len(done)} were made"
    assert monotonic() - began < 2, "a permit was not given back: a call has waited in vain"


def test_as_many_as_the_limit_are_at_work() -> None:
    limited, both = Limited(2), Barrier(2)

    def call() -> None:
        limited.call(both.wait)

    together(call, call)


def test_who_calls_is_told() -> None:
    told: list[str] = []
    try:
        Limited(1).call(fail)
    except OSError as error:
        told.append(str(error))
    assert told == ["offline"], "the fetch has failed, and its caller was not told"
    page = Limited(1).call(lambda: "page")
    assert page == "page", f"the fetch has returned 'page', and call() {page!r}"
