"""random, secrets, decimal, datetime, time, uuid and fractions, in four threads."""

import datetime
import decimal
import fractions
import random
import secrets
import time
import uuid
from typing import Any

import stress
from stress import Stress, Wrong, expect


def unique(run: Stress, draw: Any, most: int = 20_000) -> None:
    """Let four threads draw; each value may come once."""
    taken: list[list[object]] = [[] for _ in range(stress.THREADS)]

    def task(number: int) -> Any:
        return lambda: taken[number].append(draw())

    done = sum(run(*map(task, range(stress.THREADS)), most=most))
    run.lost(len({value for part in taken for value in part}), done, "drawn twice")


def random_random(run: Stress) -> None:
    unique(run, random.random)


def random_getrandbits(run: Stress) -> None:
    unique(run, lambda: random.getrandbits(128))


def random_instance(run: Stress) -> None:
    own = random.Random(1)
    unique(run, own.random)


def random_gauss(run: Stress) -> None:
    unique(run, lambda: random.gauss(0, 1))


def random_normalvariate(run: Stress) -> None:
    unique(run, lambda: random.normalvariate(0, 1))


def random_shuffle(run: Stress) -> None:
    items = [*range(50)]
    run(lambda: random.shuffle(items), most=2000)
    run.lost(len(set(items)), 50)


def random_choice(run: Stress) -> None:
    items = [1, 2, 3]

    def write() -> None:
        items.append(4)
        items.pop()

    run(write, lambda: random.choice(items))


def random_seed(run: Stress) -> None:
    def repeat() -> None:
        random.seed(7)
        if random.random() != 0.32383276483316237:
            raise Wrong("another number than the seed gives")

    run(repeat)


def secrets_token(run: Stress) -> None:
    unique(run, lambda: secrets.token_bytes(16))


def decimal_compute(run: Stress) -> None:
    one, two = decimal.Decimal("0.1"), decimal.Decimal("0.2")
    run(lambda: expect(one + two == decimal.Decimal("0.3"), "another sum"))


def decimal_precision(run: Stress) -> None:
    def use(precision: int) -> Any:
        def task() -> None:
            with decimal.localcontext() as context:
                context.prec = precision
                if len((decimal.Decimal(1) / 3).as_tuple().digits) != precision:
                    raise Wrong("the precision of another thread")

        return task

    run(use(5), use(9))


def decimal_context(run: Stress) -> None:
    context = decimal.Context()

    def use(precision: int) -> Any:
        def task() -> None:
            context.prec = precision
            if len(context.divide(decimal.Decimal(1), 3).as_tuple().digits) != precision:
                raise Wrong("the precision of another thread")

        return task

    run(use(5), use(9))


def datetime_strptime(run: Stress) -> None:
    wanted = datetime.datetime(2026, 11, 29, 1, 2, 3)

    def parse() -> None:
        if datetime.datetime.strptime("2026-11-29 01:02:03", "%Y-%m-%d %H:%M:%S") != wanted:
            raise Wrong("another date")

    run(parse)


def datetime_read(run: Stress) -> None:
    day = datetime.datetime(2026, 11, 29)
    run(lambda: expect(day.isoformat() == "2026-11-29T00:00:00", "another"))


def time_strftime(run: Stress) -> None:
    run(lambda: expect(time.strftime("%Y", time.gmtime(0)) == "1970", "another year"))


def time_monotonic(run: Stress) -> None:
    def read() -> None:
        first, second = time.monotonic(), time.monotonic()
        if second < first:
            raise Wrong("the clock went back")

    run(read)


def time_tzset(run: Stress) -> None:
    import os

    def zone(name: str, hour: int) -> Any:
        def task() -> None:
            os.environ["TZ"] = name
            time.tzset()
            if time.localtime(0).tm_hour != hour:
                raise Wrong("the hour of another thread's time zone")

        return task

    run(zone("UTC-3", 3), zone("UTC-5", 5), most=2000)


def uuid_four(run: Stress) -> None:
    unique(run, uuid.uuid4, most=5000)


def uuid_one(run: Stress) -> None:
    unique(run, uuid.uuid1, most=5000)


def uuid_seven(run: Stress) -> None:
    from uuid import uuid7  # type: ignore[attr-defined]  # since 3.14

    unique(run, uuid7, most=5000)


def fractions_compute(run: Stress) -> None:
    third = fractions.Fraction(1, 3)
    run(lambda: expect(third + third + third == 1, "another sum"))


def hash_of_str(run: Stress) -> None:
    run.rounds(
        lambda: "thread" + str(time.monotonic_ns()),
        hash,
        check=lambda _, found: expect(found[0] == found[1], "two hashes"),
    )


if __name__ == "__main__":
    stress.main(globals())
