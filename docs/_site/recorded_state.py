"""What is seen of a run between two steps: the key of its state, and what is shown of it."""

import collections
import queue
import threading
import types
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

from held_threads import NAMES, Held, Lock

PLAIN = (int, float, complex, str, bytes, bool, type(None), range)
CODE = (types.FunctionType, types.ModuleType, type, types.BuiltinFunctionType, weakref.ref)
OF_A_POOL = ("_work_queue", "_idle_semaphore", "_shutdown", "_broken")


def key(run):
    """Return a text that is equal for two runs only if they go on in the same way."""
    known = {}
    threads = [
        (
            held.done,
            held.error,
            _plain(held.wants, known),
            [(f.f_code.co_name, f.f_lasti, _plain(f.f_locals, known)) for f in held.frames()],
        )
        for held in run.threads
    ]
    return repr((threads, _plain(_variables(run), known)))


def _variables(run):
    return {
        name: value
        for name, value in run.values.items()
        if not (name.startswith("__") or name == "threads" or isinstance(value, CODE))
    }


def _plain(value, known):
    """Return `value` as text and tuples; what has been met before is its number."""
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, CODE):
        return getattr(value, "__name__", "weak")
    if id(value) in known:
        return known[id(value)][0]
    known[id(value)] = len(known), value  # kept, so that no other object gets its id
    if isinstance(value, Held):
        return "thread", value.number
    if isinstance(value, Lock):
        return "lock", value.real.locked(), _plain(value.owner, known), value.count
    if isinstance(value, threading.Thread):
        return "thread", _plain(value.__dict__.get("_held"), known)
    if isinstance(value, dict):
        return [(_plain(k, known), _plain(v, known)) for k, v in value.items()]
    if isinstance(value, list | tuple | collections.deque):
        return type(value).__name__, [_plain(item, known) for item in value]
    if isinstance(value, set | frozenset):
        return "set", sorted(map(repr, value))
    if isinstance(value, types.MethodType):
        return value.__name__, _plain(value.__self__, known)
    if isinstance(value, ThreadPoolExecutor):
        parts = {name: getattr(value, name) for name in OF_A_POOL}
        return "pool", len(value._threads), _plain(parts, known)
    return type(value).__name__, _plain(getattr(value, "__dict__", {}), known)


def seen(run):
    """Return what a page shows of a state: its variables, and where each thread stands.

    A thread is [line or 0, its variables, what it does, the locks that it holds].
    """
    named = dict(_named(run))
    return {
        "variables": {name: _shown(value, run) for name, value in named.items()},
        "threads": [_thread(held, named, run) for held in run.threads],
    }


def _named(run):
    """Yield (name, value) of what is shared, with the parts of a list of locks and of an object."""
    for name, value in _variables(run).items():
        if isinstance(value, list | tuple) and any(_guard(item) for item in value):
            yield from ((f"{name}[{number}]", item) for number, item in enumerate(value))
        elif type(value).__module__ == run.values["__name__"]:
            yield from ((f"{name}.{part}", inner) for part, inner in vars(value).items())
        else:
            yield name, value


def _guard(value):
    """Return the lock in a lock, condition, queue, semaphore or event, else None."""
    if isinstance(value, Lock):
        return value
    if isinstance(value, threading.Condition):
        return value._lock
    if isinstance(value, queue.Queue):
        return value.mutex
    inner = getattr(value, "_cond", None)  # of a semaphore, an event, a barrier
    return inner and inner._lock


def _shown(value, run):
    if isinstance(value, Lock):
        return f"held by {NAMES[value.owner.number]}" if value.owner else "free"
    if isinstance(value, threading.Condition):
        waiting = [NAMES[held.number] for held in run.threads if held.wants in value._waiters]
        return _shown(value._lock, run) + (f", {' and '.join(waiting)} waiting" if waiting else "")
    if isinstance(value, threading.Semaphore):
        return f"{value._value} free"
    if isinstance(value, threading.Event):
        return "set" if value.is_set() else "not set"
    if isinstance(value, queue.Queue):
        return _repr(list(value.queue))
    if isinstance(value, ThreadPoolExecutor):
        queued = value._work_queue.qsize()
        return f"{len(value._threads)} of {value._max_workers} threads, {queued} waiting in line"
    return _repr(value)


def _repr(value):
    if isinstance(value, Future):
        return f"a future, {value._state.lower()}"
    if isinstance(value, list) and any(isinstance(item, Future) for item in value):
        return f"[{', '.join(map(_repr, value))}]"
    if isinstance(value, threading.Thread):
        number = "_held" in vars(value) and value._held.number
        return f"thread {NAMES[number]}" if number else "a thread"
    text = repr(value)
    return f"a {type(value).__name__}" if " at 0x" in text else text  # equal in every run


def _thread(held, named, run):
    frame = next((f for f in held.frames() if f.f_code.co_filename == run.place), None)
    own = frame and {n: v for n, v in frame.f_locals.items() if not isinstance(v, CODE)}
    told = ", ".join(f"{n} = {_repr(v)}" for n, v in (own or {}).items() if not _guard(v))
    holds = [name for name, value in named.items() if _holds(held, value)]
    return [frame.f_lineno if frame else 0, told, _does(held, named), ", ".join(holds)]


def _holds(held, value):
    return isinstance(value, Lock | threading.Condition) and _guard(value).owner is held


def _does(held, named):
    """Return "" for a thread that can go on, and what keeps any other."""
    if held.done:
        return f"raises {held.error}" if held.error else "is done"
    if not held.frames():
        return "has not begun"
    if held.wants is None:
        return ""
    if isinstance(held.wants, Held):
        return f"waits for {NAMES[held.wants.number]} to end"
    outer = None  # the function of the library that the program called
    for frame in held.frames():
        if frame.f_code.co_filename == held.run.place:
            break
        outer = frame
    else:
        return "waits for a task"
    thing = outer.f_locals["self"] if outer else held.wants
    name = next((name for name, value in named.items() if value is thing), "a lock")
    return _waits(held, outer, thing, name)


def _waits(held, outer, thing, name):
    if isinstance(thing, Future):
        return "waits for the result of a future"
    if isinstance(thing, queue.Queue):
        return f"waits for {'room' if outer.f_code.co_name == 'put' else 'an item'} in {name}"
    if isinstance(thing, threading.Semaphore):
        return f"waits until {name} has a permit"
    if isinstance(thing, threading.Event):
        return f"waits until {name} is set"
    if isinstance(thing, threading.Condition) and held.wants in thing._waiters:
        return f"waits for a notify of {name}"
    return f"waits for {name}"
