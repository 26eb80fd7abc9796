"""The cluster: the sum is right whichever worker dies, and the cluster ends with its block."""

import importlib.util
import os
import signal

import pytest

from built import ROOT

pytest.importorskip("distributed", reason="distributed does not install on this CPython")

spec = importlib.util.spec_from_file_location("cluster", ROOT / "examples/recipes/cluster.py")
cluster = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cluster)

NUMBERS = range(30)
EXPECTED = sum(number * number for number in NUMBERS)


@pytest.fixture(scope="module")
def client():
    with cluster.local_cluster() as client:
        # Workers import what they run by name; this module is not on their path.
        client.run(lambda: None)
        yield client


def test_the_work_is_done_by_several_processes(client):
    pids = set(client.run(os.getpid).values())
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_the_sum_is_right_when_a_worker_is_killed_at_work(client):
    before = set(client.run(os.getpid).values())
    found = cluster.sum_of_squares(client, NUMBERS, on_first=lambda: cluster.kill_a_worker(client))
    client.wait_for_workers(2, timeout=60)
    assert found == EXPECTED
    assert set(client.run(os.getpid).values()) != before


def test_the_sum_is_right_when_a_worker_was_killed_before(client):
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    assert cluster.sum_of_squares(client, NUMBERS) == EXPECTED


def test_the_exception_of_a_task_reaches_the_caller(client):
    with pytest.raises(TypeError):
        cluster.sum_of_squares(client, [1, None])
