"""Count the words of documents; each part is a task of the pool."""

from collections.abc import Sequence
from concurrent.futures import Executor


def count(part: str) -> int:
    return len(part.split())


def count_words(pool: Executor, documents: Sequence[Sequence[str]]) -> list[int]:
    def whole(parts: Sequence[str]) -> int:
        futures = [pool.submit(count, part) for part in parts]
        return sum(future.result() for future in futures)

    futures = [pool.submit(whole, parts) for parts in documents]
    return [future.result() for future in futures]
