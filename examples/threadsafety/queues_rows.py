"""queue and weakref, shared by four threads."""

import queue
import weakref
from contextlib import suppress
from typing import Any

import stress
from stress import Stress, Wrong


def queue_put_get(run: Stress) -> None:
    items: queue.Queue[int] = queue.Queue()
    for _ in range(20_000):
        items.put(1)
    put, got = run(lambda: items.put(1), items.get_nowait, most=10_000)
    run.lost(items.qsize(), 20_000 + put - got)


def queue_join(run: Stress) -> None:
    items: queue.Queue[int] = queue.Queue()

    def work() -> None:
        items.put(1)
        items.get()
        items.task_done()

    run(work, most=5000)
    items.join()
    run.lost(items.qsize(), 0)


def queue_check_get(run: Stress) -> None:
    items: queue.Queue[int] = queue.Queue()

    def work() -> None:
        items.put(1)
        if not items.empty():
            items.get_nowait()
        with suppress(queue.Empty):
            items.get_nowait()

    run(work)


def simple_queue_put_get(run: Stress) -> None:
    items: queue.SimpleQueue[int] = queue.SimpleQueue()
    for _ in range(100_000):
        items.put(1)
    put, got = run(lambda: items.put(1), items.get_nowait)
    run.lost(items.qsize(), 100_000 + put - got)


def priority_queue_put_get(run: Stress) -> None:
    items: queue.PriorityQueue[int] = queue.PriorityQueue()

    def fill() -> None:
        items.put(len(items.queue) % 5)
        items.get()

    run(fill, most=5000)
    run.lost(items.qsize(), 0)


class Item:
    """Something that a weak reference can refer to."""


def weak_set_copy(run: Stress) -> None:
    kept = [Item() for _ in range(50)]
    items = weakref.WeakSet(kept)
    run(lambda: items.add(Item()), items.copy)


def weak_set_iterate(run: Stress) -> None:
    kept = [Item() for _ in range(50)]
    items = weakref.WeakSet(kept)

    def read() -> None:
        if len([item for item in items]) < 50:
            raise Wrong("the loop missed an item that was always there")

    run(lambda: items.add(Item()), read)


def weak_values_setdefault(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one key")

    run.rounds(
        weakref.WeakValueDictionary,
        lambda items: items.setdefault("key", Item()),
        check=check,
    )


def weak_values_iterate(run: Stress) -> None:
    kept = {number: Item() for number in range(50)}
    items = weakref.WeakValueDictionary(kept)

    def write() -> None:
        for number in range(50, 60):
            items[number] = Item()

    run(write, lambda: [*items.items()])


def weak_keys_write(run: Stress) -> None:
    items: weakref.WeakKeyDictionary[Item, int] = weakref.WeakKeyDictionary()

    def write() -> None:
        items[Item()] = 1
        len(items)

    run(write)


def weak_reference_call(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if any(result not in (None, 1) for result in results):
            raise Wrong("another object")

    def make() -> list[Any]:
        item = Item()
        return [item, weakref.ref(item)]

    def drop(pair: list[Any]) -> None:
        pair[0] = None

    def use(pair: list[Any]) -> Any:
        item = pair[1]()
        return item and 1

    run.rounds(make, drop, use, check=check)


if __name__ == "__main__":
    stress.main(globals())
