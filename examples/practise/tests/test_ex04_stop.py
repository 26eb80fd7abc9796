"""A worker with two jobs is stopped: both are done, and it ends."""

from ex04_stop import Worker


def test_a_stopped_worker_has_done_its_jobs() -> None:
    done: list[str] = []

    def job() -> None:
        done.append("done")

    worker = Worker()
    worker.submit(job)
    worker.submit(job)
    worker.stop()
    assert len(done) == 2, f"two jobs were submitted, and {len(done)} were done"
