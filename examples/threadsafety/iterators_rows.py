"""Iterators, generators and itertools, from which four threads take."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import stress
from stress import Stress, Wrong, same_items


def iterator_list(run: Stress) -> None:
    run.rounds(lambda: iter([*range(400)]), list, check=same_items(400), each=200)


def iterator_dict(run: Stress) -> None:
    make = dict.fromkeys(range(400))
    run.rounds(lambda: iter(make), list, check=same_items(400), each=200)


def iterator_range(run: Stress) -> None:
    run.rounds(lambda: iter(range(400)), list, check=same_items(400), each=200)


def iterator_enumerate(run: Stress) -> None:
    def take(pairs: Iterator[tuple[int, int]]) -> list[int]:
        taken = []
        for number, item in pairs:
            if number != item:
                raise Wrong(f"item {item} has number {number}")
            taken.append(item)
        return taken

    run.rounds(lambda: enumerate([*range(400)]), take, check=same_items(400), each=200)


def iterator_zip(run: Stress) -> None:
    def take(pairs: Iterator[tuple[int, int]]) -> list[int]:
        taken = []
        for one, other in pairs:
            if one != other:
                raise Wrong("a pair of two different items")
            taken.append(one)
        return taken

    run.rounds(
        lambda: zip([*range(400)], [*range(400)], strict=False),
        take,
        check=same_items(400),
        each=200,
    )


def iterator_map(run: Stress) -> None:
    run.rounds(lambda: map(int, range(400)), list, check=same_items(400), each=200)


def generator_next(run: Stress) -> None:
    def numbers() -> Iterator[int]:
        for number in [*range(2000)]:
            yield number

    run.rounds(numbers, list, check=same_items(2000), each=2000)


def itertools_count(run: Stress) -> None:
    numbers = itertools.count()
    taken: list[list[int]] = [[] for _ in range(stress.THREADS)]

    def take(number: int) -> Callable[[], object]:
        return lambda: taken[number].append(next(numbers))

    done = run(*map(take, range(stress.THREADS)))
    run.lost(len({number for part in taken for number in part}), sum(done))


def itertools_count_slow(run: Stress) -> None:
    numbers = itertools.count(0, 0.5)
    taken: list[list[float]] = [[] for _ in range(stress.THREADS)]

    def take(number: int) -> Callable[[], object]:
        return lambda: taken[number].append(next(numbers))

    done = run(*map(take, range(stress.THREADS)))
    run.lost(len({number for part in taken for number in part}), sum(done))


def itertools_chain(run: Stress) -> None:
    run.rounds(
        lambda: itertools.chain(range(200), range(200, 400)),
        list,
        check=same_items(400),
        each=200,
    )


def itertools_islice(run: Stress) -> None:
    run.rounds(
        lambda: itertools.islice(itertools.count(), 400),
        list,
        check=same_items(400),
        each=200,
    )


def itertools_cycle(run: Stress) -> None:
    def take(items: Iterator[int]) -> list[int]:
        return [next(items) for _ in range(100)]

    def check(_: object, results: list[Any]) -> None:
        taken = sorted(item for result in results for item in result or ())
        if taken != sorted([*range(10)] * 20):
            raise Wrong("an item came more often than another")

    run.rounds(lambda: itertools.cycle(range(10)), take, check=check, each=100)


def itertools_tee(run: Stress) -> None:
    run.rounds(
        lambda: itertools.tee(iter([*range(400)])),
        lambda both: list(both[0]),
        lambda both: list(both[1]),
        check=lambda _, results: same_items(400)(_, results[:1]),
        each=400,
    )


def itertools_groupby(run: Stress) -> None:
    def take(groups: Iterator[tuple[int, Iterator[int]]]) -> list[int]:
        return [item for _, group in groups for item in group]

    run.rounds(lambda: itertools.groupby(range(200), lambda item: item // 10), take, each=100)


def itertools_product(run: Stress) -> None:
    run.rounds(
        lambda: itertools.product(range(20), repeat=2),
        list,
        check=same_items(400),
        each=200,
    )


def itertools_accumulate(run: Stress) -> None:
    run.rounds(
        lambda: itertools.accumulate([1] * 400),
        list,
        check=same_items(400),
        each=200,
    )


def itertools_pairwise(run: Stress) -> None:
    run.rounds(lambda: itertools.pairwise(range(401)), list, check=same_items(400), each=200)


if __name__ == "__main__":
    stress.main(globals())
