"""All jobs have ended when run_all returns, and a job may wait for another."""

from threading import Barrier

from ex02_join import run_all


def test_all_have_ended() -> None:
    ended: list[str] = []

    def first() -> None:
        ended.append("first")

    def second() -> None:
        ended.append("second")

    def third() -> None:
        ended.append("third")

    run_all([first, second, third])
    assert len(ended) == 3, f"run_all has returned, and these jobs have ended: {ended}"


def test_a_job_may_wait_for_another() -> None:
    both = Barrier(2)

    def meet() -> None:
        both.wait()

    run_all([meet, meet])
