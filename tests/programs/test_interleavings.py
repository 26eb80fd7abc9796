"""The search of examples/proved/interleavings.py through all orders, and its real threads."""

import dis

import pytest

import load

interleavings = load.program("proved/interleavings")


@pytest.fixture(scope="module")
def found():
    """What the program finds; it may watch its functions only once in a process."""
    return interleavings.explore()


@pytest.fixture
def plain():
    return interleavings.steps_of(interleavings.increment)


@pytest.fixture
def locked():
    return interleavings.steps_of(interleavings.increment_locked)


def test_every_order_is_counted_and_was_run_by_real_threads(found, plain):
    orders = set(interleavings.orders(plain))
    assert sum(found["plain"]["results"].values()) == len(orders) == found["plain"]["confirmed"]
    ends = [interleavings.follow(plain, order)[-1].counter for order in orders]
    for value, count in found["plain"]["results"].items():
        assert ends.count(value) == count
    assert found["plain"]["results"][1] > found["plain"]["results"][2]


def test_with_the_lock_no_update_is_lost(found, locked):
    assert list(found["locked"]["results"]) == [2]
    assert found["locked"]["confirmed"] == len(interleavings.through_every_state(locked)) > 1


def test_the_order_that_is_shown_loses_an_update(found, plain):
    states = interleavings.follow(plain, found["found"]["order"])
    assert states[-1].counter == 1
    rows = found["found"]["rows"]
    assert [row["counter"] for row in rows] == [state.counter for state in states]
    read = [row for row in rows if row["text"] == "LOAD_GLOBAL counter"]
    assert [row["stack"] for row in read] == [["0"], ["0"]]


def test_the_stack_of_a_thread_that_has_not_begun_is_empty(plain):
    assert interleavings.stack_of(plain, interleavings.START, 0) == []


def test_an_order_that_passes_a_held_lock_is_refused(found, locked):
    acquired = [step.effect for step in locked].index("acquire") + 1
    with pytest.raises(ValueError, match="thread 1 cannot go on there"):
        interleavings.follow(locked, (0,) * acquired + (1,) * acquired)


def test_a_thread_that_does_not_come_is_an_error(found, plain, monkeypatch):
    monkeypatch.setattr(interleavings, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError, match=f"step {len(plain) + 1} of"):
        interleavings.run(interleavings.increment, plain, (0,) * (len(plain) + 2))


def test_real_threads_that_come_to_another_value_are_an_error(found, plain, monkeypatch):
    monkeypatch.setattr(interleavings, "run", lambda *_: [7])
    order = next(interleavings.orders(plain))
    with pytest.raises(AssertionError, match=r"but real threads made \[7\]"):
        interleavings.confirm(interleavings.increment, plain, {order})


def test_an_unknown_instruction_is_an_error_with_its_name():
    unknown = next(i for i in dis.get_instructions("[a]") if i.opname == "BUILD_LIST")
    with pytest.raises(NotImplementedError, match="BUILD_LIST"):
        interleavings._run_alone(unknown, ())


@pytest.mark.parametrize(
    ("opname", "arg", "stack", "effect", "after"),
    [
        ("COPY", 1, ("a", "b"), "", ("a", "b", "b")),
        ("SWAP", 2, ("a", "b"), "", ("b", "a")),
        ("LOAD_SPECIAL", 0, ("lock",), "", ("lock.__enter__", "lock")),
        ("CALL", 0, ("lock.__enter__", "lock"), "acquire", ("True",)),
        ("CALL", 3, ("lock.__exit__", "lock", "None", "None", "None"), "release", ("None",)),
        ("RETURN_CONST", 0, ("a",), "", ("a",)),
    ],
)
def test_instructions_of_other_versions_are_known(opname, arg, stack, effect, after):
    class Instruction:
        argval = argrepr = "__enter__"

    Instruction.opname, Instruction.arg = opname, arg
    assert interleavings._run_alone(Instruction, stack) == (effect, after)
