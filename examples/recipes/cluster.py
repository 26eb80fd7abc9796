"""Run the same futures code on a pool of threads and on a cluster of processes.

Needs the package distributed (https://distributed.dask.org). The cluster here is local:
real worker processes that are reached over sockets, as on other machines. For a real one,
replace `local_cluster()` by `Client("tcp://scheduler:8786")`.
"""

import logging
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from distributed import Client, LocalCluster, as_completed

PATIENCE = 5  # seconds for a round of tasks; what is missing then is submitted again
ROUNDS = 10


def square(number: int) -> int:
    time.sleep(0.01)  # long enough for a worker to be killed at work
    return number * number


@contextmanager
def local_cluster(workers: int = 2) -> Iterator[Client]:
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


def squares(client: Client, numbers: Iterable[int]) -> Iterator[int]:
    """Yield the square of each number once, as they arrive.

    A task whose worker dies runs again on another one: tasks must bear to run twice.

    Raises:
        TimeoutError: results are missing after `ROUNDS` times `PATIENCE` seconds.
    """
    missing = Counter(numbers)
    for _ in range(ROUNDS):
        asked = list(missing.elements())
        futures = dict(zip(client.map(square, asked, pure=False), asked, strict=True))
        # An answer that never comes must not hang the caller.
        with suppress(TimeoutError):
            for future in as_completed(futures, timeout=PATIENCE):
                result = future.result(timeout=PATIENCE)
                missing[futures[future]] -= 1
                yield result
            return
    raise TimeoutError(f"{missing.total()} results are missing")


def kill_a_worker(client: Client) -> None:
    """Kill one worker process, as a machine does that loses its power."""
    pid = next(iter(client.run(os.getpid).values()))
    os.kill(pid, signal.SIGKILL)


def main() -> None:
    numbers = range(40)
    expected = sum(number * number for number in numbers)
    with local_cluster() as client:
        print("all workers alive:", sum(squares(client, numbers)) == expected)
        arriving = squares(client, numbers)
        first = next(arriving)
        kill_a_worker(client)
        print("one killed half way:", first + sum(arriving) == expected)


if __name__ == "__main__":
    main()
