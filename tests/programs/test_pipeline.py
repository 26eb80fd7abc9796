"""What examples/recipes/pipeline.py promises, also when a stage fails, hangs or is left."""

import gc
import itertools
import pickle
import signal
import subprocess
import sys
import threading
import weakref

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/recipes/pipeline.py"
DEADLINE = 20  # seconds until a test that hangs fails

pipeline = load.program("recipes/pipeline")
Failed, Pipeline, Stage = pipeline.Failed, pipeline.Pipeline, pipeline.Stage


@pytest.fixture(autouse=True)
def no_thread_is_left(new_threads):
    yield
    assert new_threads() == []


def double(number):
    return number * 2


def test_every_item_passes_every_stage():
    with Pipeline(range(200), Stage(double, 4), Stage(str, 3), Stage(len)) as results:
        lengths = list(results)
    assert sorted(lengths) == sorted(len(str(number * 2)) for number in range(200))


def test_one_worker_a_stage_keeps_the_order():
    with Pipeline(range(200), Stage(double), Stage(str), capacity=1) as results:
        assert list(results) == [str(number * 2) for number in range(200)]


def test_any_item_may_pass_also_one_that_is_false():
    items = [None, 0, "", StopIteration]
    with Pipeline(items, Stage(lambda item: item)) as results:
        assert list(results) == items


def test_an_empty_source_gives_nothing():
    with Pipeline([], Stage(double)) as results:
        assert list(results) == []
        assert list(results) == []


def test_workers_run_side_by_side():
    together = threading.Barrier(3)

    def meet(item):
        together.wait(DEADLINE)
        return item

    with Pipeline(range(3), Stage(meet, workers=3)) as results:
        assert sorted(results) == [0, 1, 2]


def test_stages_run_side_by_side():
    second_has_begun = threading.Event()

    def first(number):
        assert number == 0 or second_has_begun.wait(DEADLINE)
        return number

    def second(number):
        second_has_begun.set()
        return number

    with Pipeline(range(2), Stage(first), Stage(second)) as results:
        assert list(results) == [0, 1]


def test_threads_bear_the_name_of_their_stage():
    def name(_):
        return threading.current_thread().name

    with Pipeline(range(50), Stage(name, 2), Stage(lambda n: n, name="store")) as results:
        assert set(results) <= {"name-1", "name-2"}
        assert {t.name for t in results._threads} == {"source", "name-1", "name-2", "store-1"}


def test_the_source_is_read_only_as_far_as_there_is_room():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield taken

    with Pipeline(endless(), Stage(double), Stage(double), capacity=2) as results:
        for read in range(1, 300):
            next(results)
            # Read, in three queues, in the hands of two stages and of the source.
            assert taken <= read + 3 * 2 + 2 + 1


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_an_error_in_a_stage_stops_all_and_says_where(error):
    def check(number):
        if number == 50:
            raise error
        return number

    with (
        pytest.raises(Failed, match="check, item 50") as caught,
        Pipeline(itertools.count(), Stage(check), Stage(double, 3)) as results,
    ):
        for _ in results:
            pass
    assert caught.value.__cause__ is error
    assert (caught.value.stage, caught.value.item) == ("check", 50)


def test_an_error_in_the_last_stage_stops_a_source_that_waits_for_room():
    with (
        pytest.raises(Failed, match="<lambda>, item 0"),
        Pipeline(itertools.count(), Stage(double), Stage(lambda n: 1 / n), capacity=1) as results,
    ):
        list(results)


def test_an_error_in_the_source_is_reported():
    def source():
        yield 1
        raise OSError("disk is away")

    with pytest.raises(Failed, match=r"^source$") as caught, Pipeline(source(), Stage(str)) as p:
        list(p)
    assert isinstance(caught.value.__cause__, OSError)


def test_an_error_is_reported_though_nobody_reads_on():
    with (
        pytest.raises(Failed, match="<lambda>, item 0"),
        Pipeline([0], Stage(lambda n: 1 / n)) as results,
    ):
        assert results.stopping.wait(DEADLINE)


def test_an_error_that_was_handled_is_not_reported_again():
    with Pipeline([0], Stage(lambda n: 1 / n)) as results, pytest.raises(Failed):
        next(results)


def test_leaving_the_loop_stops_an_endless_source():
    with Pipeline(itertools.count(), Stage(double, 2), Stage(double), capacity=1) as results:
        for _ in results:
            break


class Item:
    pass


def test_nothing_of_what_is_dropped_stays_in_memory():
    items = weakref.WeakSet()

    def source():
        while True:
            item = Item()
            items.add(item)
            yield item

    with Pipeline(source(), Stage(lambda item: item), capacity=10) as results:
        next(results)
        while len(items) < 20:  # both queues are full
            pass
    gc.collect()
    assert len(items) <= 1
    for _ in range(100):
        assert next(results, None) is None
    assert results._channels[-1]._items.qsize() <= 1


def test_what_is_in_the_pipeline_when_it_stops_is_dropped():
    last = threading.Event()

    def work(number):
        if number == 3:
            last.set()
        return number

    with Pipeline(range(4), Stage(work)) as results:
        assert last.wait(DEADLINE)
    assert list(results) == []


def test_an_error_in_the_block_stops_the_stages_and_passes_on():
    with pytest.raises(ZeroDivisionError), Pipeline(itertools.count(), Stage(double)):
        raise ZeroDivisionError


def test_a_stage_may_look_at_stopping_and_what_it_raises_then_is_logged(caplog):
    begun = threading.Event()

    def slow(number):
        begun.set()
        assert results.stopping.wait(DEADLINE)
        raise InterruptedError("half way")

    results = Pipeline(range(5), Stage(slow))
    with results:
        assert begun.wait(DEADLINE)
    assert "while the pipeline stops: slow, item 0" in caplog.text
    assert "InterruptedError: half way" in caplog.text


def test_a_stage_that_hangs_is_named():
    begun, release = threading.Event(), threading.Event()

    def hang(number):
        begun.set()
        assert release.wait(DEADLINE)

    with (
        pytest.raises(TimeoutError, match=r"still running after 2 s: hang-1$"),
        Pipeline(itertools.count(), Stage(hang), grace=2) as results,  # the source ends within it
    ):
        assert begun.wait(DEADLINE)
    release.set()
    for thread in results._threads:
        thread.join(DEADLINE)


def test_a_thread_that_cannot_be_had_leaves_none_behind(monkeypatch):
    start, started = threading.Thread.start, []

    def fail(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail)
    with (
        pytest.raises(RuntimeError, match="can't start"),
        Pipeline(itertools.count(), Stage(str, 4)),
    ):
        pass
    for thread in started:
        thread.join(DEADLINE)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="0 stages"):
        Pipeline([])
    with pytest.raises(ValueError, match="capacity 0"):
        Pipeline([], Stage(str), capacity=0)
    with pytest.raises(ValueError, match="0 workers"):
        Stage(str, 0)
    with pytest.raises(ValueError, match="capacity nan"):
        Pipeline([], Stage(str), capacity=float("nan"))
    with pytest.raises(ValueError, match="nan workers"):
        Stage(str, float("nan"))


def test_iterating_without_the_block_is_refused_at_once():
    results = Pipeline([1], Stage(double))
    with pytest.raises(RuntimeError, match="iterate inside the `with` block"):
        next(results)
    with pytest.raises(RuntimeError, match="iterate inside the `with` block"):
        list(results)


def test_a_second_block_is_refused():
    with Pipeline([1], Stage(double)) as results:
        assert list(results) == [2]
    with pytest.raises(RuntimeError, match="runs once"), results:
        pass


def test_a_failure_is_the_cause_when_another_thread_hangs():
    begun, release = threading.Event(), threading.Event()

    def hang(number):
        begun.set()
        assert release.wait(DEADLINE)

    def source():
        yield 1
        assert begun.wait(DEADLINE)
        raise OSError("disk is away")

    with (
        pytest.raises(TimeoutError, match="hang-1") as caught,
        Pipeline(source(), Stage(hang), grace=0.1) as results,
    ):
        assert results.stopping.wait(DEADLINE)
    release.set()
    for thread in results._threads:
        thread.join(DEADLINE)
    assert isinstance(caught.value.__cause__, Failed)
    assert isinstance(caught.value.__cause__.__cause__, OSError)


def test_a_failure_that_nobody_read_is_logged_when_the_block_raises(caplog):
    def block():
        with Pipeline([0], Stage(lambda n: 1 / n)) as results:
            assert results.stopping.wait(DEADLINE)
            raise KeyError("the block's own")

    with pytest.raises(KeyError):
        block()
    assert "before the block raised: <lambda>, item 0" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("grace", [float("inf"), 1e12])
def test_a_grace_that_no_system_can_wait_for_is_as_good_as_no_limit(grace):
    with Pipeline(range(3), Stage(double), grace=grace) as results:
        assert list(results) == [0, 2, 4]


def test_a_failure_keeps_what_it_says_when_it_is_copied():
    copied = pickle.loads(pickle.dumps(Failed("price", "gold")))
    assert (str(copied), copied.stage, copied.item) == ("price, item 'gold'", "price", "gold")


def test_who_waits_is_woken_and_does_not_look_every_tick(monkeypatch):
    monkeypatch.setattr(pipeline, "TICK", threading.TIMEOUT_MAX)
    found = []

    def whole():
        with Pipeline(range(20), Stage(double, 2), Stage(double), capacity=1) as results:
            found.extend(results)

    thread = threading.Thread(target=whole, daemon=True)
    thread.start()
    thread.join(DEADLINE)
    assert sorted(found) == [4 * number for number in range(20)]


def test_the_end_wakes_who_waits_for_an_item(monkeypatch):
    monkeypatch.setattr(pipeline, "TICK", threading.TIMEOUT_MAX)
    found = []

    def nothing():
        worker = results._threads[1]
        while not worker.ident or sys._current_frames()[worker.ident].f_code.co_name != "get":
            pass  # until the worker has come to wait
        yield from ()

    def whole():
        with results:
            found.append(list(results))

    results = Pipeline(nothing(), Stage(double))
    thread = threading.Thread(target=whole, daemon=True)
    thread.start()
    thread.join(DEADLINE)
    assert found == [[]]


def interrupted_at(instruction):
    """Run a pipeline with KeyboardInterrupt before that instruction of its reader.

    Return whether there was such an instruction, in the 20th read or in what that calls.
    """
    reached = 0
    before = sys.gettrace()  # of coverage
    followed = [(_ for _ in ()).gi_frame]
    followed[0].f_trace_opcodes = True  # before settrace, or 3.12 follows no instruction

    def step(frame, event, _):
        nonlocal reached
        followed.append(frame)
        frame.f_trace, frame.f_trace_opcodes = step, True
        if event == "opcode":
            reached += 1
            if reached > instruction:
                raise KeyboardInterrupt
        return step

    try:
        with Pipeline(itertools.count(), Stage(abs, 2), capacity=1) as results:
            for _ in range(19):
                next(results)
            sys.settrace(step)
            try:
                next(results)
            finally:
                sys.settrace(before)
                for frame in followed:  # 3.12 crashes where it finds one that is still to follow
                    frame.f_trace_opcodes = False
    except KeyboardInterrupt:
        return True
    return False


def test_ctrl_c_before_any_instruction_of_a_read_leaves_no_thread(new_threads):
    instruction = 0
    while interrupted_at(instruction):
        assert new_threads() == []
        instruction += 1
    assert instruction > 20


INTERRUPTED = """
import itertools, pipeline, threading

results = pipeline.Pipeline(itertools.count(), pipeline.Stage({function}))
try:
    with results:
        print("begun", flush=True)
        for _ in results:
            pass
except KeyboardInterrupt:
    print("interrupted, threads left:", threading.active_count() - 1)
"""


@pytest.mark.parametrize("function", ["abs", "lambda _: results.stopping.wait()"])
def test_ctrl_c_ends_it_half_way(function):
    with load.process(
        [sys.executable, "-c", INTERRUPTED.format(function=function)],
        cwd=PROGRAM.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == "interrupted, threads left: 0\n"
