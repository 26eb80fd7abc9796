"""NumPy, pandas, Polars and pyarrow, shared by four threads."""

from typing import Any

import stress
from stress import Stress, Wrong, expect

HALF = "half of one write and half of another"


def numpy_read(run: Stress) -> None:
    import numpy

    shared = numpy.arange(10_000)
    wanted = int(shared.sum())
    run(lambda: expect(int(shared.sum()) == wanted, "another sum"))


def numpy_write_read(run: Stress) -> None:
    import numpy

    shared = numpy.zeros(50_000)

    def write(value: float) -> Any:
        return lambda: shared.fill(value)

    def read() -> None:
        copy = shared.copy()
        if copy.min() != copy.max():
            raise Wrong(HALF)

    run(write(1), read, write(2), read, most=2000)


def numpy_add_in_place(run: Stress) -> None:
    import numpy

    shared = numpy.zeros(100_000)

    def add() -> None:
        numpy.add(shared, 1, out=shared)

    (done,) = run(add, most=500)
    run.lost(int(shared.min()), done)


def numpy_add_item(run: Stress) -> None:
    import numpy

    shared = numpy.zeros(1, dtype=int)

    def add() -> None:
        shared[0] += 1

    (done,) = run(add)
    run.lost(int(shared[0]), done)


def numpy_resize(run: Stress) -> None:
    import numpy

    shared = numpy.ones(200_000)

    def resize() -> None:
        shared.resize(10, refcheck=False)
        shared.resize(200_000, refcheck=False)

    def read() -> None:
        numpy.sqrt(shared)

    run(resize, read, read, read, most=500)


def numpy_errstate(run: Stress) -> None:
    import numpy

    def use(wanted: Any) -> Any:
        def task() -> None:
            with numpy.errstate(divide=wanted):
                if numpy.geterr()["divide"] != wanted:
                    raise Wrong("the settings of another thread")

        return task

    run(use("ignore"), use("raise"))


def numpy_generator_random(run: Stress) -> None:
    import numpy

    def check(_: object, results: list[Any]) -> None:
        taken = [number for found in results if found is not None for number in found]
        if len(set(taken)) < len(taken):
            raise Wrong("a number came twice")

    run.rounds(
        numpy.random.default_rng,
        lambda shared: [shared.random() for _ in range(50)],
        check=check,
        each=50,
    )


def numpy_generator_own(run: Stress) -> None:
    import numpy

    def check(shared: Any, results: list[Any]) -> None:
        wanted = sorted(float(numpy.random.default_rng(seed).random(50).sum()) for seed in shared)
        if sorted(results) != wanted:
            raise Wrong("other numbers than its seed gives")

    def use(number: int) -> Any:
        return lambda shared: float(numpy.random.default_rng(shared[number]).random(50).sum())

    run.rounds(lambda: numpy.random.SeedSequence().spawn(2), use(0), use(1), check=check, most=2000)


def numpy_seed_spawn(run: Stress) -> None:
    import numpy

    def check(_: object, results: list[Any]) -> None:
        keys = [child.spawn_key for found in results if found is not None for child in found]
        if len(set(keys)) < len(keys):
            raise Wrong("two threads got one key")

    run.rounds(numpy.random.SeedSequence, lambda shared: shared.spawn(20), check=check, each=20)


def numpy_legacy_random(run: Stress) -> None:
    import numpy

    def check(_: object, results: list[Any]) -> None:
        taken = [number for found in results if found is not None for number in found]
        if len(set(taken)) < len(taken):
            raise Wrong("a number came twice")

    run.rounds(
        lambda: None,
        lambda _: [numpy.random.random() for _ in range(50)],
        check=check,
        each=50,
    )


def numpy_legacy_seed(run: Stress) -> None:
    import numpy

    def use(seed: int) -> Any:
        wanted = numpy.random.RandomState(seed).random(20).tolist()

        def task() -> None:
            numpy.random.seed(seed)
            if [numpy.random.random() for _ in range(20)] != wanted:
                raise Wrong("other numbers than the seed gives")

        return task

    run(use(1), use(2), most=500)


def frame() -> Any:
    """Return a table of pandas with columns a and b."""
    import pandas

    return pandas.DataFrame({"a": range(1000), "b": 1.0})


def pandas_read(run: Stress) -> None:
    shared = frame()
    wanted = int(shared["a"].sum())
    run(lambda: expect(int(shared["a"].sum()) == wanted, "another sum"), most=500)


def pandas_copy(run: Stress) -> None:
    shared = frame()

    def write() -> None:
        shared["c"] = 2.0
        del shared["c"]

    def copy() -> None:
        taken = shared.copy()
        if (len(taken.columns), taken.shape[1]) not in ((2, 2), (3, 3)):
            raise Wrong("a column without its name")

    run(write, copy, most=300)


def pandas_add_item(run: Stress) -> None:
    shared = frame()
    shared.loc[0, "b"] = 0

    def add() -> None:
        shared.loc[0, "b"] += 1

    (done,) = run(add, most=500)
    run.lost(int(shared.loc[0, "b"]), done)


def pandas_index_lookup(run: Stress) -> None:
    import pandas

    def check(_: object, results: list[Any]) -> None:
        if not all(found in (True, None) for found in results):
            raise Wrong("not unique, says an index of unique values")

    run.rounds(
        lambda: pandas.Index(range(100_000)).astype(float),
        lambda shared: shared.is_unique,
        check=check,
        most=200,
    )


def polars_read(run: Stress) -> None:
    import polars

    shared = polars.DataFrame({"a": range(1000), "b": 1.0})
    wanted = shared["a"].sum()
    run(lambda: expect(shared.select("a").sum().item() == wanted, "another sum"), most=500)


def polars_write_read(run: Stress) -> None:
    import polars

    shared = polars.DataFrame({"a": range(10_000)})
    more = shared.clone()

    def write() -> None:
        shared.extend(more)

    def read() -> None:
        if shared.select("a").height % 10_000:
            raise Wrong("a part of the rows")

    run(write, read, most=100)


def pyarrow_read(run: Stress) -> None:
    import pyarrow
    import pyarrow.compute

    shared = pyarrow.table({"a": range(1000), "b": [1.0] * 1000})
    wanted = sum(range(1000))

    def read() -> None:
        part = shared.select(["a"]).slice(0, 1000)
        expect(pyarrow.compute.sum(part["a"]).as_py() == wanted, "another sum")

    run(read, most=2000)


if __name__ == "__main__":
    stress.main(globals())
