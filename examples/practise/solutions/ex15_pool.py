"""No task waits for another: the caller, who is no worker, does."""

from collections.abc import Sequence
from concurrent.futures import Executor


def count(part: str) -> int:
    return len(part.split())


def count_words(pool: Executor, documents: Sequence[Sequence[str]]) -> list[int]:
    futures = [[pool.submit(count, part) for part in parts] for parts in documents]
    return [sum(future.result() for future in parts) for parts in futures]
