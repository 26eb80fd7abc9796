"""itertools, functools, contextvars, copy, enum, dataclasses and the like."""

import contextvars
import copy
import enum
import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import stress
from stress import Stress, Wrong, expect


def lru_cache_call(run: Stress) -> None:
    cached = functools.lru_cache(maxsize=8)(lambda number: number * 2)

    def call() -> None:
        for number in range(12):
            if cached(number) != 2 * number:
                raise Wrong("another argument's result")

    run(call, most=20_000)


def lru_cache_once(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one argument")

    def make() -> Callable[[], object]:
        @functools.cache
        def connect() -> object:
            for _ in range(2000):
                pass
            return object()

        return connect

    run.rounds(make, lambda cached: cached(), check=check)


def lru_cache_hits(run: Stress) -> None:
    cached = functools.lru_cache(maxsize=8)(abs)
    (done,) = run(lambda: cached(1))
    info = cached.cache_info()
    run.lost(info.hits + info.misses, done)


def cached_property_once(run: Stress) -> None:
    class Report:
        @functools.cached_property
        def total(self) -> object:
            for _ in range(2000):
                pass
            return object()

    def check(_: object, results: list[Any]) -> None:
        if len(set(map(id, results))) > 1:
            raise Wrong("two objects for one property")

    run.rounds(Report, lambda report: report.total, check=check)


def partial_call(run: Stress) -> None:
    add = functools.partial(operator.add, 1)
    run(lambda: expect(add(1) == 2, "another sum"))


def singledispatch_call(run: Stress) -> None:
    @functools.singledispatch
    def name(value: object) -> str:
        return "object"

    def register() -> None:
        name.register(type("New", (), {}), lambda value: "new")

    name.register(int, lambda value: "int")
    run(register, lambda: expect(name(1) == "int", "another function"))


def contextvar_set(run: Stress) -> None:
    variable: contextvars.ContextVar[object] = contextvars.ContextVar("variable")

    def use() -> None:
        value = object()
        variable.set(value)
        if variable.get() is not value:
            raise Wrong("the value of another thread")

    run(use)


def context_run(run: Stress) -> None:
    context = contextvars.copy_context()

    def use() -> None:
        context.run(sum, (1, 2))

    run(use)


def copy_deepcopy(run: Stress) -> None:
    items: dict[int, list[int]] = {number: [number] for number in range(20)}

    def write() -> None:
        items[1000] = [1]
        items.pop(1000, None)

    run(write, lambda: copy.deepcopy(items))


def copy_copy(run: Stress) -> None:
    items = {number: number for number in range(20)}

    def write() -> None:
        items[1000] = 1
        items.pop(1000, None)

    def read() -> None:
        if len(copy.copy(items)) < 20:
            raise Wrong("a copy without a key that was always there")

    run(write, read)


class Permission(enum.Flag):
    """Combinations of a flag are made when they are first used."""

    A = enum.auto()
    B = enum.auto()
    C = enum.auto()


def enum_flag(run: Stress) -> None:
    def make() -> Any:
        return enum.Flag("Made", ["A", "B", "C"])

    def check(_: object, results: list[Any]) -> None:
        if results[0] is not results[1]:
            raise Wrong("two members with one value")

    run.rounds(make, lambda made: made.A | made.B | made.C, check=check)


def enum_read(run: Stress) -> None:
    run(lambda: expect(Permission(1) is Permission.A, "another member"))


@dataclass
class Point:
    """A value with two fields."""

    x: int = 0
    y: int = 0


def dataclass_replace(run: Stress) -> None:
    class Holder:
        point = Point()

    shared = Holder()

    def write(value: int) -> Callable[[], None]:
        def set_new() -> None:
            shared.point = replace(shared.point, x=value, y=value)

        return set_new

    def read() -> None:
        point = shared.point
        if point.x != point.y:
            raise Wrong("x of one value and y of another")

    run(write(1), read, write(2), read)


def dataclass_fields(run: Stress) -> None:
    point = Point()

    def write(value: int) -> Callable[[], None]:
        def set_both() -> None:
            point.x = value
            point.y = value

        return set_both

    def read() -> None:
        x, y = point.x, point.y
        if x != y:
            raise Wrong("x of one value and y of another")

    run(write(1), read, write(2), read)


if __name__ == "__main__":
    stress.main(globals())
