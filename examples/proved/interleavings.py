"""Two threads run `counter += 1`, in every order in which their instructions can fall.

The instructions are those of the CPython that runs this program. A search goes through
all orders, without and with a lock. Then two real threads run them, held before each
instruction, and must come to the values that the search foretold.

    python interleavings.py           how many orders lose an update, and one that does
    python interleavings.py --json    instructions and orders, for a program to read

Source: https://docs.python.org/3/library/dis.html#python-bytecode-instructions
"""

import dis
import json
import platform
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import pairwise
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

PATIENCE = 20  # seconds until a thread that does not come back is an error

counter = 0
lock = threading.Lock()


def increment() -> None:
    """Add one, with nothing to keep another thread away."""
    global counter
    counter += 1


def increment_locked() -> None:
    """Add one, one thread at a time."""
    global counter
    with lock:
        counter += 1


@dataclass(frozen=True)
class Step:
    """One instruction: what it does to what threads share, and its thread's stack after it.

    On the stack, "n" stands for the value that the thread has read.
    """

    offset: int  # bytes from the start of the function's code
    text: str
    effect: str  # "read", "write", "acquire", "release", or "" for none
    stack: tuple[str, ...]


Steps = tuple[Step, ...]
Order = tuple[int, ...]  # whose turn it is, 0 or 1, step by step


@dataclass(frozen=True)
class State:
    """How many steps each thread has made, what each has read, and what they share."""

    made: tuple[int, int] = (0, 0)
    read: tuple[int, int] = (0, 0)
    counter: int = 0
    owner: int | None = None  # the thread that holds the lock


START = State()


def steps_of(function: Callable[[], None]) -> Steps:
    """Return the instructions that a call of `function` runs, to its last write or release.

    Raises:
        NotImplementedError: this CPython uses an instruction that is not known here.
    """
    offsets: list[int] = []
    thread = threading.Thread(target=_call, args=(function, offsets.append))
    thread.start()
    thread.join()
    known = {i.offset: i for i in dis.get_instructions(function)}
    steps: list[Step] = []
    for instruction in [known[offset] for offset in offsets]:
        effect, stack = _run_alone(instruction, steps[-1].stack if steps else ())
        name = instruction.argrepr or instruction.argval
        text = instruction.opname if name is None else f"{instruction.opname} {name}"
        steps.append(Step(instruction.offset, text, effect, stack))
    last = max(n for n, step in enumerate(steps) if step.effect in ("write", "release"))
    return tuple(steps[: last + 1])


def _run_alone(i: dis.Instruction, stack: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return what an instruction does to what is shared, and the stack that it leaves."""
    arg = i.arg or 0
    match i.opname:
        case "RESUME" | "PRECALL":
            return "", stack
        case "LOAD_GLOBAL" if i.argval == "counter":
            return "read", (*stack, "n")
        case "LOAD_GLOBAL" | "LOAD_CONST" | "LOAD_SMALL_INT" | "LOAD_COMMON_CONSTANT":
            return "", (*stack, str(i.argval))
        case "BINARY_OP" if stack[-2:] == ("n", "1"):
            return "", (*stack[:-2], "n + 1")
        case "STORE_GLOBAL" if stack[-1] == "n + 1":
            return "write", stack[:-1]
        case "BEFORE_WITH":
            return "acquire", (*stack[:-1], "lock.__exit__", "True")
        case "COPY":
            return "", (*stack, stack[-arg])
        case "SWAP":
            swapped = list(stack)
            swapped[-1], swapped[-arg] = swapped[-arg], swapped[-1]
            return "", tuple(swapped)
        case "LOAD_SPECIAL":
            return "", (*stack[:-1], f"{stack[-1]}.{i.argrepr}", stack[-1])
        case "CALL":
            rest, called = stack[: -arg - 2], stack[-arg - 2]
            if called == "lock.__enter__":
                return "acquire", (*rest, "True")
            if called == "lock.__exit__":
                return "release", (*rest, "None")
        case "POP_TOP" | "RETURN_VALUE":
            return "", stack[:-1]
        case "RETURN_CONST":
            return "", stack
    where = f"CPython {platform.python_version()}, with {stack} on the stack"
    raise NotImplementedError(f"{i.opname} {i.argrepr} in {where}")


def step(steps: Steps, state: State, thread: int) -> State | None:
    """Return the state after the next step of a thread, or None where it has to wait."""
    if state.made[thread] == len(steps):
        return None
    after = replace(state, made=_with(state.made, thread, state.made[thread] + 1))
    match steps[state.made[thread]].effect:
        case "read":
            return replace(after, read=_with(state.read, thread, state.counter))
        case "write":
            return replace(after, counter=state.read[thread] + 1)
        case "acquire":
            return replace(after, owner=thread) if state.owner is None else None
        case "release":
            return replace(after, owner=None)
    return after


def _with(pair: tuple[int, int], index: int, value: int) -> tuple[int, int]:
    return (value, pair[1]) if index == 0 else (pair[0], value)


def _nexts(steps: Steps, state: State) -> list[tuple[int, State]]:
    return [(t, after) for t in (0, 1) if (after := step(steps, state, t))]


@cache
def results(steps: Steps, state: State = START) -> Counter[int]:
    """Return how many orders, from `state` on, end with each value of the counter."""
    nexts = _nexts(steps, state)
    if not nexts:
        return Counter({state.counter: 1})
    return sum((results(steps, after) for _, after in nexts), Counter())


def orders(steps: Steps, state: State = START) -> Iterator[Order]:
    """Yield every order from `state` to the end."""
    nexts = _nexts(steps, state)
    if not nexts:
        yield ()
    for thread, after in nexts:
        for rest in orders(steps, after):
            yield (thread, *rest)


def through_every_state(steps: Steps) -> set[Order]:
    """Return orders that together reach every state; of those there are far fewer."""
    reached: dict[State, Order] = {START: ()}
    todo = [START]
    for state in todo:
        for thread, after in _nexts(steps, state):
            if after not in reached:
                reached[after] = (*reached[state], thread)
                todo.append(after)
    return {(*order, *next(orders(steps, state))) for state, order in reached.items()}


def follow(steps: Steps, order: Order) -> list[State]:
    """Return the state after each step of an order."""
    states = [START]
    for thread in order:
        if (after := step(steps, states[-1], thread)) is None:
            raise ValueError(f"{order}: thread {thread} cannot go on there")
        states.append(after)
    return states[1:]


def run(function: Callable[[], None], steps: Steps, order: Order) -> list[int]:
    """Let two real threads run `function` in this order; return the counter after each step.

    Raises:
        TimeoutError: a thread did not come to its next instruction.
    """
    global counter
    counter = 0
    turns: list[SimpleQueue[None]] = [SimpleQueue(), SimpleQueue()]
    arrivals: SimpleQueue[None] = SimpleQueue()
    held = {step.offset for step in steps}

    def work(number: int) -> None:
        def hold(offset: int) -> None:
            if offset in held:
                arrivals.put(None)
                turns[number].get()

        _call(function, hold)
        arrivals.put(None)

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in (0, 1)]
    for thread in threads:
        thread.start()
    values = []
    try:
        for _ in threads:
            arrivals.get(timeout=PATIENCE)
        for number in order:
            turns[number].put(None)
            arrivals.get(timeout=PATIENCE)
            values.append(counter)
    except Empty:
        raise TimeoutError(f"step {len(values) + 1} of {order} did not end") from None
    for thread in threads:
        thread.join()
    return values


_watch = threading.local()  # .before: what a thread calls before each instruction


def _call(function: Callable[[], None], before: Callable[[int], None]) -> None:
    """Call `function`, and `before` with the offset of each of its instructions."""
    _watch.before = before
    if sys.version_info < (3, 12):
        sys.settrace(_trace)
    try:
        function()
    finally:
        if sys.version_info < (3, 12):
            sys.settrace(None)


def _trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
    if frame.f_code not in (increment.__code__, increment_locked.__code__):
        return None
    frame.f_trace_opcodes = True
    if event == "opcode":
        _watch.before(frame.f_lasti)
    return _trace


def _monitor() -> None:
    """Watch both functions, once a process: opcodes and settrace can crash CPython 3.12."""
    if sys.version_info < (3, 12):
        return
    tool, event = sys.monitoring.DEBUGGER_ID, sys.monitoring.events.INSTRUCTION
    sys.monitoring.use_tool_id(tool, "interleavings")
    sys.monitoring.register_callback(tool, event, lambda code, offset: _watch.before(offset))
    for function in (increment, increment_locked):
        sys.monitoring.set_local_events(tool, function.__code__, event)


def confirm(function: Callable[[], None], steps: Steps, chosen: set[Order]) -> int:
    """Run each order with real threads, and return how many there were.

    Raises:
        AssertionError: a real run came to another value than the search.
    """
    for order in chosen:
        foretold = [state.counter for state in follow(steps, order)]
        if (real := run(function, steps, order)) != foretold:
            raise AssertionError(f"{order}: foretold {foretold}, but real threads made {real}")
    return len(chosen)


def stack_of(steps: Steps, state: State, thread: int) -> list[str]:
    """Return what lies on the stack of a thread, the top last."""
    if not state.made[thread]:
        return []
    values = {"n": str(state.read[thread]), "n + 1": str(state.read[thread] + 1)}
    return [values.get(item, item) for item in steps[state.made[thread] - 1].stack]


def explore() -> dict[str, Any]:
    """Search both functions, confirm with real threads, and return all of it for JSON."""
    _monitor()
    plain, locked = steps_of(increment), steps_of(increment_locked)
    every = set(orders(plain))
    losing = [order for order in every if follow(plain, order)[-1].counter < 2]
    # The easiest to follow has the fewest switches.
    found = min(losing, key=lambda order: (sum(a != b for a, b in pairwise(order)), order))
    rows = [
        {
            "thread": "AB"[thread],
            "text": plain[state.made[thread] - 1].text,
            "stack": stack_of(plain, state, thread),
            "counter": value,
        }
        for thread, state, value in zip(
            found, follow(plain, found), run(increment, plain, found), strict=True
        )
    ]
    return {
        "python": platform.python_version(),
        "plain": {
            "steps": [asdict(step) for step in plain],
            "results": results(plain),
            "confirmed": confirm(increment, plain, every),
        },
        "locked": {
            "steps": [asdict(step) for step in locked],
            "results": results(locked),
            "confirmed": confirm(increment_locked, locked, through_every_state(locked)),
        },
        "found": {"order": found, "rows": rows},
    }


def main() -> None:
    found = explore()
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
        return
    for name, title in ("plain", "counter += 1"), ("locked", "with lock: counter += 1"):
        about = found[name]
        lost = sum(n for value, n in about["results"].items() if value < 2)
        print(title)
        print(f"  orders that two threads can take: {sum(about['results'].values())}")
        print(f"  orders that lose an update: {lost}")
        print(f"  orders that real threads have run: {about['confirmed']}")
    print("\nOne that loses, as two real threads ran it:\n")
    for row in found["found"]["rows"]:
        stack = ", ".join(row["stack"])
        print(f"{row['thread']}  {row['text']:22} stack [{stack}]".ljust(42), row["counter"])


if __name__ == "__main__":
    main()
