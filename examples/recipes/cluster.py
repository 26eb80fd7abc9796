"""Run the same futures code on a pool of threads and on a cluster of processes.

Needs the package distributed (https://distributed.dask.org). The cluster here is local:
real worker processes that are reached over sockets, as on other machines. For a real one,
replace `local_cluster()` by `Client("tcp://scheduler:8786")`.
"""

import logging
import os
import signal
import time
from contextlib import contextmanager, suppress

from distributed import Client, LocalCluster, as_completed

PATIENCE = 5  # seconds for a round of tasks; what is missing then is submitted again
ROUNDS = 10


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

    Raises:
        TimeoutError: results are missing after `ROUNDS` times `PATIENCE` seconds.
    """
    squares = {}
    for _ in range(ROUNDS):
        missing = [number for number in numbers if number not in squares]
        futures = dict(zip(client.map(square, missing, pure=False), missing, strict=True))
        # An answer that never comes must not hang the caller.
        with suppress(TimeoutError):
            for future in as_completed(futures, timeout=PATIENCE):
                squares[futures[future]] = future.result(timeout=PATIENCE)
                if len(squares) == 1:
                    on_first()
            return sum(squares[number] for number in numbers)
    raise TimeoutError(f"{len(numbers) - len(squares)} results are missing")


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
