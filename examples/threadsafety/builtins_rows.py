"""Built-in containers and values, shared by four threads."""

from contextlib import suppress
from typing import Any

import stress
from stress import Stress, Wrong, expect, same_items


def list_read(run: Stress) -> None:
    items = [*range(100)]
    run(lambda: expect(items[50] == 50, "another item"))


def list_append(run: Stress) -> None:
    items: list[int] = []
    (done,) = run(lambda: items.append(1))
    run.lost(len(items), done)


def list_append_pop(run: Stress) -> None:
    items = [0] * 200_000
    pushed, popped = run(lambda: items.append(1), items.pop, most=50_000)
    run.lost(len(items), 200_000 + pushed - popped)


def list_insert_pop(run: Stress) -> None:
    items = [*range(5000)]

    def move() -> None:
        items.insert(0, items.pop(0))

    run(move)
    run.lost(len(items), 5000)


def list_extend(run: Stress) -> None:
    items: list[int] = []
    (done,) = run(lambda: items.extend((1, 1, 1)), most=5000)
    run.lost(len(items) // 3, done)


def list_set_slice(run: Stress) -> None:
    items = [0] * 64

    def write(value: int) -> None:
        items[:] = [value] * 64

    def read() -> None:
        if len(set(items.copy())) != 1:
            raise Wrong("a copy of half the slice")

    run(lambda: write(1), read, lambda: write(2), read)


def list_sort_read(run: Stress) -> None:
    items = [*range(2000)]

    def read() -> None:
        if len(items) != 2000:
            raise Wrong(f"len() is {len(items)} during sort()")

    run(lambda: items.sort(key=lambda item: -item), read)


def list_iterate(run: Stress) -> None:
    items = [*range(100)]

    def move() -> None:
        items.append(items.pop(0))

    def read() -> None:
        if len({item for item in items}) != 100:
            raise Wrong("the loop missed an item that was always there")

    run(move, read)


def list_copy(run: Stress) -> None:
    items = [*range(100)]

    def grow() -> None:
        items.append(0)
        items.pop()

    def read() -> None:
        if items.copy()[:100] != [*range(100)]:
            raise Wrong("a copy without an item that was always there")

    run(grow, read)


def list_add_item(run: Stress) -> None:
    items = [0]

    def add() -> None:
        items[0] += 1

    (done,) = run(add)
    run.lost(items[0], done)


def list_check_pop(run: Stress) -> None:
    items = [0]

    def take() -> None:
        if items:
            items.pop()
        items.append(0)

    run(take)


def dict_read(run: Stress) -> None:
    items = {number: number for number in range(100)}
    run(lambda: expect(items[50] == 50, "another value"))


def dict_write(run: Stress) -> None:
    def check(items: dict[object, int], _: list[Any]) -> None:
        if len(items) != 2 * 50:
            raise Wrong(f"{len(items)} of {2 * 50} keys are there")

    def fill(items: dict[object, int]) -> None:
        for _ in range(50):
            items[object()] = 1

    run.rounds(dict, fill, check=check, each=50)


def dict_write_read(run: Stress) -> None:
    items = {number: number for number in range(100)}

    def write() -> None:
        for number in range(100, 140):
            items[number] = number
        for number in range(100, 140):
            items.pop(number, None)

    def read() -> None:
        if items.get(7) != 7 or 8 not in items:
            raise Wrong("a key that was always there is missing")

    run(write, read)


def dict_setdefault(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one key")

    run.rounds(dict, lambda items: items.setdefault("key", object()), check=check)


def dict_iterate(run: Stress) -> None:
    items = {number: number for number in range(100)}

    def write() -> None:
        for number in range(100, 120):
            items[number] = 1
        for number in range(100, 120):
            items.pop(number, None)

    run(write, lambda: [key for key in items])


def dict_list(run: Stress) -> None:
    items = {number: number for number in range(100)}

    def write() -> None:
        items[1000] = 1
        items.pop(1000, None)

    run(write, lambda: list(items), write, lambda: list(items.items()))


def dict_copy(run: Stress) -> None:
    items = {number: number for number in range(100)}

    def write() -> None:
        items[1000] = 1
        items.pop(1000, None)

    def read() -> None:
        if len(items.copy()) < 100:
            raise Wrong("a copy without a key that was always there")

    run(write, read)


def dict_update(run: Stress) -> None:
    items: dict[int, int] = dict.fromkeys(range(20), 0)
    ones, twos = dict.fromkeys(range(20), 1), dict.fromkeys(range(20), 2)

    def read() -> None:
        if len(set(items.copy().values())) > 1:
            raise Wrong("a copy of half the update")

    items.update(ones)
    run(lambda: items.update(ones), read, lambda: items.update(twos), read)


def dict_add_item(run: Stress) -> None:
    items = {"n": 0}

    def add() -> None:
        items["n"] += 1

    (done,) = run(add)
    run.lost(items["n"], done)


def dict_check_delete(run: Stress) -> None:
    items = {"key": 1}

    def delete() -> None:
        if "key" in items:
            del items["key"]
        items["key"] = 1

    run(delete)


def dict_check_insert(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one key")

    def get(items: dict[str, object]) -> object:
        if "key" not in items:
            items["key"] = [*range(200)]
        return items["key"]

    run.rounds(dict, get, check=check)


def dict_popitem(run: Stress) -> None:
    def take(items: dict[int, int]) -> list[int]:
        taken = []
        with suppress(KeyError):
            while True:
                taken.append(items.popitem()[0])
        return taken

    run.rounds(lambda: dict.fromkeys(range(200)), take, check=same_items(200), each=100)


def set_add(run: Stress) -> None:
    def check(items: set[int], _: list[Any]) -> None:
        if len(items) != 200:
            raise Wrong(f"{len(items)} of 200 items are there")

    def fill(items: set[int]) -> None:
        for number in range(200):
            items.add(number)

    run.rounds(set, fill, check=check, each=200)


def set_iterate(run: Stress) -> None:
    items = {*range(100)}

    def write() -> None:
        for number in range(100, 120):
            items.add(number)
        for number in range(100, 120):
            items.discard(number)

    run(write, lambda: [item for item in items])


def set_copy(run: Stress) -> None:
    items = {*range(100)}

    def write() -> None:
        items.add(1000)
        items.discard(1000)

    def read() -> None:
        if len(items.copy()) < 100 or len(items | {1}) < 100:
            raise Wrong("a copy without an item that was always there")

    run(write, read)


def set_check_remove(run: Stress) -> None:
    items = {1}

    def remove() -> None:
        if 1 in items:
            items.remove(1)
        items.add(1)

    run(remove)


def tuple_read(run: Stress) -> None:
    items = (*range(100),)
    run(lambda: expect(sum(items) == 4950, "another sum"))


def number_add(run: Stress) -> None:
    counter = 0

    def add() -> None:
        nonlocal counter
        counter += 1

    for _ in range(5):  # a busy machine may run the threads one after another
        before = counter
        (done,) = run(add, least=200_000, most=20_000_000)
        run.lost(counter - before, done)
        if run.seen():
            break


def number_add_call(run: Stress) -> None:
    counter = 0

    def add() -> None:
        nonlocal counter
        counter = int(counter) + 1

    (done,) = run(add)
    run.lost(counter, done)


def attribute_add(run: Stress) -> None:
    class Account:
        balance = 0

    account = Account()

    def add() -> None:
        account.balance += 1

    (done,) = run(add)
    run.lost(account.balance, done)


def attribute_set(run: Stress) -> None:
    class Point:
        place = (0, 0)

    point = Point()

    def read() -> None:
        left, right = point.place
        if left != right:
            raise Wrong("half of one value and half of another")

    run(
        lambda: setattr(point, "place", (1, 1)),
        read,
        lambda: setattr(point, "place", (2, 2)),
        read,
    )


def str_read(run: Stress) -> None:
    text = "thread " * 50
    run(lambda: expect(text.split().count("thread") == 50, "another count"))


if __name__ == "__main__":
    stress.main(globals())
