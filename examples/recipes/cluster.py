"""Run the same futures code on a pool of threads and on a cluster of processes.

Needs the package distributed (https://distributed.dask.org). The cluster here is local:
real worker processes that are reached over sockets, as on other machines. For a real one,
replace `local_cluster()` by `Client("tcp://scheduler:8786")`.
"""

import logging
import os
import signal
import time
from contextlib import contextmanager

from distributed import Client, LocalCluster, as_completed

TIMEOUT = 60  # seconds for the whole of the work


def square(number):
    time.sleep(0.01)  # long enough for a worker to be killed at work
    return number * number


@contextmanager
def local_cluster(workers=2):
    """Start `workers` processes of one thread each."""
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def sum_of_squares(client, numbers, on_first=lambda: None):
    """Return the sum of the squares; call `on_first` when the first result has arrived.

    A task whose worker dies runs again on another one: tasks must bear to run twice.
    """
    futures = client.map(square, numbers, pure=False)
    total = 0
    for count, future in enumerate(as_completed(futures, timeout=TIMEOUT)):
        total += future.result()
        if count == 0:
            on_first()
    return total


def kill_a_worker(client):
    """Kill one worker process, as a machine does that loses its power."""
    pid = next(iter(client.run(os.getpid).values()))
    os.kill(pid, signal.SIGKILL)


def main():
    numbers = range(40)
    expected = sum(number * number for number in numbers)
    with local_cluster() as client:
        print("all workers alive:", sum_of_squares(client, numbers) == expected)
        killed = []

        def kill():
            kill_a_worker(client)
            killed.append(True)

        found = sum_of_squares(client, numbers, on_first=kill)
        print("one killed half way:", found == expected and len(killed) == 1)


if __name__ == "__main__":
    main()
