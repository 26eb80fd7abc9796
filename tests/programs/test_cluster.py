"""The cluster: every square arrives whichever worker dies, and the cluster ends with its block."""

import os
import signal
import sys

import pytest

import load

pytest.importorskip("distributed", reason="distributed does not install on this CPython")

cluster = load.program("recipes/cluster")
# Workers would import it by its name, and it is not on their path: send them its functions.
del sys.modules[cluster.__name__]

NUMBERS = range(30)
EXPECTED = [number * number for number in NUMBERS]


@pytest.fixture(scope="module")
def client():
    with cluster.local_cluster() as client:
        yield client


def test_the_work_is_done_by_several_processes(client):
    pids = set(client.run(os.getpid).values())
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_every_square_arrives_when_a_worker_is_killed_at_work(client):
    arriving = cluster.squares(client, NUMBERS)
    first = next(arriving)
    cluster.kill_a_worker(client)
    assert sorted([first, *arriving]) == EXPECTED


def test_every_square_arrives_when_a_worker_was_killed_before(client):
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    assert sorted(cluster.squares(client, NUMBERS)) == EXPECTED


def test_equal_numbers_have_a_square_each(client):
    assert sorted(cluster.squares(client, [2, 3, 2])) == [4, 4, 9]


def test_the_exception_of_a_task_reaches_the_caller(client):
    with pytest.raises(TypeError):
        list(cluster.squares(client, [1, None]))


def losing(numbers):
    """An as_completed that yields all futures but those of `numbers`, and gives up."""

    def yields(futures, timeout):
        for future, number in futures.items():
            if number not in numbers:
                yield future
        if numbers:
            numbers.clear()
            raise TimeoutError

    return yields


def test_a_task_that_got_lost_is_submitted_again(client, monkeypatch):
    lost = [3, 7]
    monkeypatch.setattr(cluster, "as_completed", losing(lost))
    assert sorted(cluster.squares(client, NUMBERS)) == EXPECTED
    assert lost == []


def test_who_waits_in_vain_is_told_how_much_is_missing(client, monkeypatch):
    def give_up(futures, timeout):
        raise TimeoutError

    monkeypatch.setattr(cluster, "as_completed", give_up)
    with pytest.raises(TimeoutError, match="30 results are missing"):
        list(cluster.squares(client, NUMBERS))
