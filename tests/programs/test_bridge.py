"""The bridge from threads into an event loop: nothing lost, nobody left waiting."""

import asyncio
import inspect
import threading

import pytest

import load

bridge = load.program("recipes/bridge")


async def in_thread(function, *args, **options):
    return await asyncio.to_thread(function, *args, **options)


async def until_put_waits(before):
    """Return when a put has begun beside the `before` tasks: it, its item, the end."""
    while len(asyncio.all_tasks()) < before + 3:
        await asyncio.sleep(0)


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
        reader = aiter(there)
        assert await anext(reader) == 1
        await in_thread(there.put, 3, timeout=10)
        assert await anext(reader) == 3
        await reader.aclose()

    run(main())


def test_closing_wakes_a_thread_that_waits_for_room():
    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)
        waiting = asyncio.create_task(in_thread(there.put, 2))
        await until_put_waits(len(asyncio.all_tasks()))
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


def test_a_thread_that_waits_when_the_loop_ends_is_told():
    told = []

    async def main():
        there = bridge.Bridge(limit=1)
        await in_thread(there.put, 1)

        def wait():
            try:
                there.put(2)
            except bridge.Closed:
                told.append("closed")

        before = len(asyncio.all_tasks())
        thread = threading.Thread(target=wait)
        thread.start()
        await until_put_waits(before)
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


def test_nothing_is_left_running_by_what_has_ended():
    async def others(before):
        for _ in range(3):  # what was cancelled ends
            await asyncio.sleep(0)
        return len(asyncio.all_tasks() - before)

    async def main():
        before = asyncio.all_tasks()
        there = bridge.Bridge(limit=3)
        for number in range(3):
            await in_thread(there.put, number)
        left = [await others(before)]
        reader = aiter(there)
        for number in range(3):
            assert await anext(reader) == number
            left.append(await others(before))  # one wait for the end, of this step
        reading = asyncio.create_task(anext(reader, "end"))
        await until_put_waits(len(before))  # the reader's: it, its item, the end
        there.close()
        assert await reading == "end"
        return [*left, await others(before)]

    assert run(main()) == [0, 1, 1, 1, 0]


def test_a_loop_that_closes_at_the_last_moment_leaves_no_coroutine(monkeypatch):
    refused = []

    def closed(coroutine, loop):
        refused.append(coroutine)
        raise RuntimeError("Event loop is closed")

    async def main():
        there = bridge.Bridge()
        monkeypatch.setattr(bridge.asyncio, "run_coroutine_threadsafe", closed)
        with pytest.raises(bridge.Closed):
            await in_thread(there.put, 1)

    run(main())
    assert [inspect.getcoroutinestate(coroutine) for coroutine in refused] == ["CORO_CLOSED"]
