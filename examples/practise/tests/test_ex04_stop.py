"""A worker with two jobs is stopped: both are done, in turn and not by the caller, and it ends."""

from threading import Event, active_count
from time import sleep

from ex04_stop import Worker


def test_a_stopped_worker_has_done_its_jobs() -> None:
    done: list[str] = []

    def job() -> None:
        done.append("done")

    worker = Worker()
    sleep(0.5)  # the worker may wait for a job meanwhile
    worker.submit(job)
    worker.submit(job)
    worker.stop()
    assert len(done) == 2, f"two jobs were submitted; done: {len(done)}"


def test_the_worker_does_one_job_at_a_time_and_ends() -> None:
    done: list[str] = []
    begin = Event()

    def first() -> None:
        begin.wait()
        done.append("first")

    def second() -> None:
        done.append("second")

    before = active_count()
    worker = Worker()
    worker.submit(first)
    worker.submit(second)
    begin.set()
    worker.stop()
    assert done == ["first", "second"], f"first and second were submitted, and done was {done}"
    assert active_count() == before, "stop has returned, and the worker has not ended"
