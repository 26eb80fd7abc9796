"""collections, heapq, bisect, array, queue and weakref, shared by four threads."""

import bisect
import heapq
import types
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from contextlib import suppress
from typing import Any

import stress
from stress import Stress, Wrong, same_items


def deque_append(run: Stress) -> None:
    items: deque[int] = deque()
    (done,) = run(lambda: items.append(1))
    run.lost(len(items), done)


def deque_ends(run: Stress) -> None:
    items = deque(range(200_000))
    pushed, popped = run(lambda: items.appendleft(1), items.pop, most=50_000)
    run.lost(len(items), 200_000 + pushed - popped)


def deque_iterate(run: Stress) -> None:
    items = deque(range(100))

    def write() -> None:
        items.append(1)
        items.popleft()

    run(write, lambda: [item for item in items])


def deque_copy(run: Stress) -> None:
    items = deque(range(100))

    def write() -> None:
        items.append(1)
        items.popleft()

    run(write, items.copy)


def deque_list(run: Stress) -> None:
    items = deque(range(100))

    def write() -> None:
        items.append(1)
        items.popleft()

    run(write, lambda: list(items))


def deque_maxlen(run: Stress) -> None:
    items: deque[int] = deque(maxlen=10)

    def write() -> None:
        items.append(1)
        if len(items) > 10:
            raise Wrong("more items than maxlen")

    run(write)


def deque_rotate(run: Stress) -> None:
    items = deque(range(100))
    run(lambda: items.rotate(3))
    if sorted(items) != [*range(100)]:
        run.note(Wrong("an item is missing or there twice"))


def ordered_dict_write(run: Stress) -> None:
    items: OrderedDict[object, int] = OrderedDict()

    def write() -> None:
        key = object()
        items[key] = 1
        items.move_to_end(key)
        del items[key]

    run(write)
    run.lost(len(items), 0, "items left")


def ordered_dict_iterate(run: Stress) -> None:
    items: OrderedDict[int, int] = OrderedDict.fromkeys(range(100), 1)

    def write() -> None:
        for number in range(100, 120):
            items[number] = 1
        for number in range(100, 120):
            items.pop(number, None)

    run(write, lambda: [key for key in items])


def defaultdict_missing(run: Stress) -> None:
    def check(items: Any, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two lists for one key")

    def factory() -> list[int]:
        return []

    run.rounds(lambda: defaultdict(factory), lambda items: items["key"], check=check)


def defaultdict_add(run: Stress) -> None:
    items: defaultdict[str, int] = defaultdict(int)

    def add() -> None:
        items["n"] += 1

    (done,) = run(add)
    run.lost(items["n"], done)


def counter_add(run: Stress) -> None:
    counts: Counter[str] = Counter()

    def add() -> None:
        counts["n"] += 1

    (done,) = run(add)
    run.lost(counts["n"], done)


def counter_update(run: Stress) -> None:
    counts: Counter[str] = Counter()
    (done,) = run(lambda: counts.update("aaab"))
    run.lost(counts["a"] // 3, done)


def chain_map_iterate(run: Stress) -> None:
    first = dict.fromkeys(range(20), 1)
    chain = ChainMap(first, {100: 1})

    def write() -> None:
        for number in range(20, 40):
            chain[number] = 1
        for number in range(20, 40):
            first.pop(number, None)

    run(write, lambda: [key for key in chain])


def user_dict_setdefault(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one key")

    run.rounds(UserDict, lambda items: items.setdefault("key", object()), check=check)


def namespace_set(run: Stress) -> None:
    space = types.SimpleNamespace()

    def write() -> None:
        space.value = 1
        if space.value != 1:
            raise Wrong("another value")

    run(write)


def heapq_push(run: Stress) -> None:
    heap: list[int] = []
    (done,) = run(lambda: heapq.heappush(heap, 1), most=20_000)
    run.lost(len(heap), done)


def heapq_push_pop(run: Stress) -> None:
    heap = [*range(300)]

    def turn() -> None:
        heapq.heappush(heap, heapq.heappop(heap))

    run(turn)
    if [heapq.heappop(heap) for _ in range(len(heap))] != [*range(300)]:
        run.note(Wrong("the heap has other items, or another order"))


def bisect_insort(run: Stress) -> None:
    items: list[int] = []
    (done,) = run(lambda: bisect.insort(items, len(items) % 7), most=3000)
    run.lost(len(items), done)
    if items != sorted(items):
        run.note(Wrong("the list is not sorted"))


def deque_take(run: Stress) -> None:
    def take(items: deque[int]) -> list[int]:
        taken = []
        with suppress(IndexError):
            while True:
                taken.append(items.popleft())
        return taken

    run.rounds(lambda: deque(range(400)), take, check=same_items(400), each=200)


if __name__ == "__main__":
    stress.main(globals())
