"""The bridge from threads into an event loop: nothing lost, nobody left waiting."""

import asyncio
import threading

import pytest

import load

bridge = load.program("recipes/bridge")


async def in_thread(function, *args, **options):
    return await asyncio.to_thread(function, *args, **options)


async def until_put_waits(there):
    """Return when a thread waits in put()."""
    while not there._changed._waiters:
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def nobody_is_woken_by_the_tick(monkeypatch):
    monkeypatch.setattr(bridge, "TICK", 1000)


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 30))


def test_every_item_of_every_thread_arrives_once_and_in_its_order():
    async def main():
        there = bridge.Bridge(limit=3)

        def produce(name):
            for number in range(50):
                there.put((name, number))

        async def producers():
            await asyncio.gather(*(in_thread(produce, name) for name in "abc"))
            there.close()

        producing = asyncio.create_task(producers())
        found = [item async for item in there]
        await producing
        return found

    found = run(main())
    assert len(found) == 150
    for name in "abc":
        assert [n for who, n in found if who == name] == list(range(50))


def test_a_full_bridge_makes_a_thread_wait_until_the_reader_takes_one():
    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)
        with pytest.raises(TimeoutError):
            await in_thread(there.put, 2, timeout=0.05)
        assert await anext(there) == 1
        await in_thread(there.put, 3, timeout=10)
        there.close()
        return [item async for item in there]

    assert run(main()) == [3]


def test_a_thread_that_waits_puts_when_the_reader_takes_one():
    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)
        putting = asyncio.create_task(in_thread(there.put, 2, timeout=1000))
        await until_put_waits(there)
        assert await anext(there) == 1
        await putting
        return await anext(there)

    assert run(main()) == 2


def test_closing_wakes_a_thread_that_waits_for_room():
    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)
        waiting = asyncio.create_task(in_thread(there.put, 2))
        await until_put_waits(there)
        there.close()
        with pytest.raises(bridge.Closed):
            await waiting
        return [item async for item in there]

    assert run(main()) == [1]


def test_a_closed_bridge_takes_nothing_and_closes_again():
    async def main():
        there = bridge.Bridge()
        there.close()
        await in_thread(there.close)
        with pytest.raises(bridge.Closed):
            await in_thread(there.put, 1)
        return [item async for item in there]

    assert run(main()) == []


def test_threads_are_told_when_the_reader_fails():
    told = []

    def produce(there):
        try:
            while True:
                there.put(1)
                threading.Event().wait(0.001)  # is often not in put() when the reader fails
        except bridge.Closed:
            told.append("closed")

    async def main():
        with bridge.Bridge(limit=1) as there:
            producing = asyncio.get_running_loop().run_in_executor(None, produce, there)
            async for _ in there:
                raise ZeroDivisionError
            await producing

    with pytest.raises(ZeroDivisionError):
        run(main())
    assert told == ["closed"]


def test_a_thread_that_outlives_the_loop_is_told():
    async def main():
        return bridge.Bridge()

    there = run(main())
    with pytest.raises(bridge.Closed):
        there.put(1)


def test_a_thread_that_waits_when_the_loop_ends_is_told(monkeypatch):
    monkeypatch.setattr(bridge, "TICK", 0.01)
    told = []

    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)

        def wait():
            try:
                there.put(2)
            except bridge.Closed:
                told.append("closed")

        thread = threading.Thread(target=wait)
        thread.start()
        await until_put_waits(there)
        return thread

    run(main()).join(timeout=10)
    assert told == ["closed"]


def test_the_loops_own_thread_is_refused_instead_of_waiting_for_itself():
    async def main():
        there = bridge.Bridge()
        with pytest.raises(RuntimeError, match="blocks the loop that reads"):
            there.put(1)
        there.close()
        return [item async for item in there]

    assert run(main()) == []


def test_closing_when_the_loop_is_closed_does_nothing():
    async def main():
        return bridge.Bridge()

    there = run(main())
    there.close()
    there.close()
    with pytest.raises(bridge.Closed):
        there.put(1)


@pytest.mark.parametrize("limit", [0, float("nan")])
def test_a_limit_below_one_is_refused(limit):
    async def main():
        with pytest.raises(ValueError, match=f"limit {limit}: must be at least one"):
            bridge.Bridge(limit)

    run(main())


def test_closing_ends_a_reader_that_waits_and_leaves_nothing_running():
    async def main():
        before = asyncio.all_tasks()
        there = bridge.Bridge()
        reading = asyncio.create_task(anext(there, "end"))
        await asyncio.sleep(0)  # it waits
        assert not reading.done()
        await in_thread(there.close)
        assert await reading == "end"
        return asyncio.all_tasks() - before

    assert run(main()) == set()


def test_putting_does_not_need_the_loop_to_run():
    async def main():
        there = bridge.Bridge()
        thread = threading.Thread(target=there.put, args=(1,), kwargs={"timeout": 10})
        thread.start()
        thread.join()  # the loop stands still
        there.close()
        return [item async for item in there]

    assert run(main()) == [1]


@pytest.mark.parametrize("passes", range(8))
def test_an_item_stays_when_its_reader_is_cancelled_as_it_arrives(passes):
    """The reader is cancelled so many passes of the loop after the item was announced."""

    async def main():
        there = bridge.Bridge()
        loop = asyncio.get_running_loop()
        reading = asyncio.ensure_future(anext(aiter(there)))
        await asyncio.sleep(0)  # it waits
        announced = threading.Event()
        original = loop.call_soon_threadsafe

        def announce(*args, **options):
            original(*args, **options)
            announced.set()

        loop.call_soon_threadsafe = announce
        putting = loop.run_in_executor(None, there.put, 1)
        assert announced.wait(10)
        for _ in range(passes):
            await asyncio.sleep(0)
        reading.cancel()
        await putting
        there.close()
        [found] = await asyncio.gather(reading, return_exceptions=True)
        left = [item async for item in there]
        return left if isinstance(found, asyncio.CancelledError) else [found, *left]

    assert run(main()) == [1]


def test_reading_goes_on_after_a_timeout_of_the_reader():
    async def main():
        there = bridge.Bridge()
        reader = aiter(there)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(reader), 0.01)
        await in_thread(there.put, 1)
        there.close()
        return [item async for item in reader]

    assert run(main()) == [1]


def test_what_timed_out_is_not_passed_on_and_all_else_is():
    async def main():
        there = bridge.Bridge(limit=1)

        def produce(name):
            passed = []
            for number in range(100):
                try:
                    there.put((name, number), timeout=number % 3 * 0.0005)
                except TimeoutError:
                    continue
                passed.append((name, number))
            return passed

        async def producers():
            passed = await asyncio.gather(*(in_thread(produce, name) for name in "abc"))
            there.close()
            return passed

        producing = asyncio.create_task(producers())
        found = [item async for item in there]
        return found, await producing

    found, passed = run(main())
    for name, items in zip("abc", passed, strict=True):
        assert [item for item in found if item[0] == name] == items
