"""Run a test in all orders of its threads, and say what that has shown.

    python orders.py test_counter.py             each test_ function of the file
    python orders.py test_counter.py::test_add   one of them
    pytest -p orders --orders                    the same in pytest

A test is a function without parameters that starts threads and asserts. Its file is run anew for
each order, one thread at a time. A thread can be held before each instruction of the file, and of
modules beside it, that touches what another thread touches: a name, a container, a lock, or by a
call anything. Where steps of two threads touch different things, one of their orders is run.

    holds in all orders                   status 0: nothing is left to try
    holds with at most N preemptions      0: more often, no thread was held that could go on
    breaks                                1: a failed assertion, an error in a thread, a deadlock
    no verdict                            2: and what stood in the way (130: Ctrl-C)

Sleeps, Timers and timeouts below a second may end at any moment. Longer timeouts end only when no
thread can go on; where another end was possible, the verdict says so. No such search sees switches
inside C code or the library's Python, orders of memory, signals, the garbage collector, what the
library changes in objects of its own, or an attribute that C code reads by another name, such as a
slot with two.

frontrun 0.7.0 was tried first: by default it certifies races on containers after one order, and
it runs on neither free-threaded builds nor 3.15.
"""

from __future__ import annotations

import _queue
import _thread
import argparse
import ast
import builtins
import collections
import contextlib
import contextvars
import ctypes
import dataclasses
import dis
import functools
import gc
import importlib
import inspect
import io
import itertools
import linecache
import operator
import os
import queue
import random
import re
import selectors
import subprocess
import sys
import textwrap
import threading
import time
import tokenize
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import thread as pools
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

globals()["__builtins__"] = BUILTINS = {**vars(builtins)}  # a test may patch those of all others
GUARD = 1.0  # seconds; a timeout from here on guards against hanging
STUCK = 10.0  # seconds without a step
ENDLESS = 20_000  # steps of one order
SPIN = 500  # steps on end, after which another thread has its turn
SWEPT = 512  # after so many orders, what they have left in cycles goes
FORWARD = 8  # of so many orders one has a preemption more, so that many threads hide no short break
UNHELD = 5_000  # instructions on end that touch nothing: it may wait for what is not yet known

real_lock, real_start = _thread.allocate_lock, _thread.start_new_thread
real_clock, real_sleep, real_time = time.monotonic, time.sleep, types.SimpleNamespace(**vars(time))
real_code = SourceFileLoader.get_code
real_thread = {name: getattr(threading.Thread, name) for name in ("start", "join", "is_alive")}
BASE = sys.modules["concurrent.futures._base"]
TRUSTED = {str(module.__file__) for module in (threading, queue, pools, BASE)}
WORK, CALLBACKS = pools._WorkItem.run.__code__, BASE.Future._invoke_callbacks.__code__
SHARED: list[type] = [threading.Thread, threading.Timer, threading.Condition, threading.Semaphore]
SHARED += [threading.BoundedSemaphore, threading.Event, threading.Barrier]
SHARED += [queue.Queue, BASE.Future, BASE.Executor]
SUSPENDED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
bases_of, names_in, name_in = (
    type.__dict__[name].__get__ for name in ("__mro__", "__dict__", "__name__")
)
by_deadline, by_past = operator.attrgetter("deadline"), operator.attrgetter("past")

active: Order | None = None


class Abandoned(BaseException):
    """Ends the threads of an order that need not go on."""


class NoVerdict(Exception):
    """Says why the search cannot judge a test."""


@dataclasses.dataclass
class Verdict:
    """What a search has shown: kind is holds, bounded, breaks or none; runs are orders."""

    kind: str
    text: str
    runs: int


class Task:
    """A thread of the test, as the search sees it."""

    def __init__(self, number: int, thread: threading.Thread, past: int) -> None:
        self.number, self.thread, self.past = number, thread, past
        self.letter = spelled([number])[:-1]
        self.gate, self.ended = real_lock(), real_lock()
        self.gate.acquire()
        self.ended.acquire()
        self.ident = 0
        self.ready: Callable[[], bool] | None = None
        self.deadline: float | None = None
        self.wants: Any = None
        self.returned: type | None = None  # by the call that has just ended
        self.pending: Site | None = None  # a call that may be one of C code
        self.holds: list[Lock] = []
        self.daemon = bool(number and thread.daemon)
        self.done = self.joined = self.early = self.opaque = False
        self.new = self.line = True


class Order:
    """One run of the test: who goes on is decided before each step that others may notice."""

    def __init__(
        self, search: Search, forced: tuple[int, ...], state: int | None, cost: int, tell: bool
    ) -> None:
        self.search, self.forced, self.expected, self.tell = search, forced, state, tell
        self.cost = cost  # preemptions
        self.choices: list[int] = []
        self.branches: list[tuple[int, int, int, int]] = []  # preemptions, position, choice, state
        self.story: list[tuple[str, int, str, str]] = []  # thread, line, source, what it does
        self.fault: str | NoVerdict | None = None
        self.clock, self.steps, self.on_end, self.unheld = 0.0, 0, 0, 0
        self.over, self.alone, self.loaded = False, True, False
        # Subscripts, since dict.get spins on 3.13t where another thread has made the value.
        self.changed: dict[Any, int] = collections.defaultdict(int)  # place: past of who did last
        self.looked: dict[Any, int] = collections.defaultdict(int)  # and sum of those looking since
        self.meetings: dict[Any, tuple[set[int], set[Any], list[bool]]] = {}
        self.direct: set[types.FrameType] = set()  # called by name, and not by C code
        self.generators: list[types.FrameType] = []
        self.passed: set[int] = set()  # states in which this order has been
        self.numbers = itertools.count(1)
        self.anywhere: set[int] = set()  # tasks that have touched all
        self.seers: set[int] = set()  # tasks that have looked at all
        self.seen = self.changes = 0  # sums of the pasts of those that did, and of all changes
        self.kept: list[Any] = []  # what is known by its id must not end before the order
        self.current = main = Task(0, threading.current_thread(), 1)
        main.ident, self.tasks, main.new = threading.get_ident(), [main], False

    # What a step touches. Orders in which all threads have equal pasts have led to one state.

    def touch(self, place: Any, change: bool) -> None:
        """Touch a name, or an object by its id."""
        task, looked = self.current, self.looked[place] + self.seen if change else 0
        task.past = hash((task.past, self.changed[place], looked, self.changed[None]))
        if change:
            self.changed[place], self.looked[place] = task.past, 0
            self.changes += task.past
        else:
            self.looked[place] += task.past
        self.looked[None] += task.past

    def touch_all(self) -> None:
        """Touch everything but locks: code is called that may do anything."""
        task, looked = self.current, self.looked[None] + self.seen
        task.past = hash((task.past, self.changed[None], looked))
        self.changed[None], self.looked[None], self.seen, self.changes = task.past, 0, 0, 0
        self.are_anywhere(self.anywhere, False)

    def see_all(self) -> None:
        """Look at what may be anything, and change nothing."""
        task = self.current
        task.past = hash((task.past, self.changed[None], self.changes))
        self.seen += task.past
        self.are_anywhere(self.seers, True)

    def are_anywhere(self, tasks: set[int], only_changes: bool) -> None:
        """Learn that the current thread meets all others, where it looks only those that change."""
        number = self.current.number
        if not self.alone and number not in tasks:
            tasks.add(number)
            for others, sites, changes in self.meetings.values():
                if others != {number} and (changes or not only_changes):
                    self.search.learn(*sites)

    def touch_lock(self, lock: Lock) -> None:
        task = self.current
        task.past = self.changed[lock] = hash((task.past, self.changed[lock] or lock.born))
        if task.opaque:
            self.touch_all()

    def meet(self, place: Any, change: bool, site: Any) -> bool:
        """Say whether at this site, in any order so far, threads touch what another changes."""
        tasks, sites, changes = self.meetings.setdefault(place, (set(), set(), []))
        tasks.add(self.current.number)
        sites.add(site)
        changes += [True] * change
        met = len(tasks) > 1 or len(self.seers - tasks) > 0 or len(self.seers) > 1
        anywhere = len(self.anywhere - tasks) > 0 or len(self.anywhere) > 1
        if (changes and met) or anywhere:
            self.search.learn(*sites)
        return site in self.search.learned

    # Who goes on.

    def wait(
        self,
        ready: Callable[[], bool],
        wants: Any,
        timeout: float | None = None,
        asleep: bool = False,
    ) -> bool:
        """Let others go on until ready() holds or the timeout, in seconds, is over; say which."""
        task = self.current
        if timeout is not None:
            task.deadline, task.early = self.clock + timeout, asleep or timeout < GUARD
        task.ready, task.wants = ready, wants
        self.point()
        in_time = ready()
        if not in_time:
            if task.deadline is not None and task.deadline > self.clock:
                self.clock = task.deadline
                self.meet("the clock", True, "moves the clock")
                self.touch("the clock", True)
            task.past = hash((task.past, "too late"))
        task.ready = task.wants = task.deadline = None
        return in_time

    def point(self) -> None:
        """Let another thread go on before the current one takes its next step."""
        task = self.current
        if self.over:
            raise Abandoned
        self.steps, self.unheld = self.steps + 1, 0
        if self.steps > ENDLESS:
            self.end(NoVerdict(f"an order takes more than {ENDLESS:,} steps: a loop that waits?"))
        first, task.new = task.new, False
        if not (self.alone or first) or not (task.ready is None or task.ready()):
            self.hand_over(task)

    def hand_over(self, task: Task) -> None:
        following = self.decide(task)
        self.on_end = self.on_end + 1 if following is task else 0
        if following is not task:
            self.current = following
            following.gate.release()
            if not task.done:
                task.gate.acquire()
                if self.over:
                    raise Abandoned

    def decide(self, task: Task) -> Task:
        """Return the task that goes on: by the choices of this order or, past them, by default."""
        able = [t for t in self.tasks if not t.done and (t.ready is None or t.ready())]
        options = self.options(task, able)
        if not options:
            self.end(self.deadlock())
        choice, position = options[0][0], len(self.choices)
        if len(options) > 1:
            state = hash((task.past * (task in able), *sorted(map(by_past, self.tasks))))
            if position < len(self.forced):
                choice = self.forced[position]
                last = position + 1 == len(self.forced)
                if choice not in dict(options) or (last and self.expected not in (None, state)):
                    said = "the test does not do the same again in the same order"
                    self.end(NoVerdict(f"{said}: does hash(), id(), a clock or a file decide?"))
            elif state not in self.passed:  # else it is on its way through what touches nothing
                if state in self.search.seen and self.search.seen[state] <= self.cost:
                    self.end(None)
                self.search.seen[state] = self.cost
                self.branches += [(cost, position, other, state) for other, cost in options[1:]]
            self.passed.add(state)
            self.choices.append(choice)
        return self.tasks[choice if choice >= 0 else ~choice]

    def options(self, task: Task, able: list[Task]) -> list[tuple[int, int]]:
        """Return the choices and their preemptions, the default first; ~number ends a timeout."""
        waking = [t for t in self.tasks if t.deadline is not None and t not in able and not t.done]
        waking.sort(key=by_deadline)
        asleep = [t for t in waking if t.early]
        self.search.patient |= len(waking) > len(asleep) and len(waking) + len(able) > 1
        early = [(~t.number, int(bool(able) or t is not asleep[0])) for t in asleep]
        if task in able and self.on_end < SPIN:
            return [(task.number, 0), *[(t.number, 1) for t in able if t is not task], *early]
        after = [t for t in able if t.number > task.number]
        after += [t for t in able if t.number <= task.number]
        spins = int(task in able)  # whoever spins gives way to one, as others would in time
        free = [(t.number, spins and int(t is not after[0])) for t in after]
        return free + early or [(~t.number, 0) for t in waking[:1]]

    def end(self, fault: str | NoVerdict | None) -> None:
        """End this order: at a fault, without verdict, or where it has led to a known state."""
        if not self.over:
            self.fault, self.over = fault, True
        raise Abandoned

    # Threads.

    def start(self, thread: threading.Thread) -> None:
        if not self.alone:
            if self.meet(id(thread), True, ("start", self.search.place(sys._getframe(1)))):
                self.point()
            self.touch(id(thread), True)
        if thread._started.is_set():  # type: ignore[attr-defined]
            raise RuntimeError("threads can only be started once")
        task = Task(len(self.tasks), thread, hash((self.current.past, len(self.tasks))))
        self.tasks.append(task)
        self.alone = False
        frame = sys._getframe(2)
        while frame.f_code not in (Order.run.__code__, Order.body.__code__):
            if self.search.table(frame) is not None and not frame.f_trace:
                frame.f_trace, frame.f_trace_opcodes = self.trace, True
            frame = frame.f_back  # type: ignore[assignment]
        inherits = getattr(sys.flags, "thread_inherit_context", False)
        context = inner_names(thread).get("_context")
        context = context or (contextvars.copy_context() if inherits else contextvars.Context())
        thread._ident = real_start(self.body, (task, context))  # type: ignore[attr-defined]
        thread._native_id = thread._ident  # type: ignore[attr-defined]
        thread._started._flag = True  # type: ignore[attr-defined]
        threading._active[thread.ident] = thread  # type: ignore[attr-defined]
        self.note(f"starts thread {task.letter}")

    def body(self, task: Task, context: contextvars.Context) -> None:
        task.gate.acquire()
        thread, task.ident = task.thread, threading.get_ident()
        thread._set_native_id()  # type: ignore[attr-defined]
        try:
            if not self.over:
                follow()
                self.foreign(*map(inner_names(thread).get, ("_target", "function")))
                for name in ("_args", "_kwargs", "args", "kwargs"):
                    held = inner_names(thread).get(name)
                    if id(type(held)) in HOLDERS:
                        self.kept.append(held)
                        self.meet(id(held), False, ("arguments", task.number))
                        self.touch(id(held), False)
                context.run(thread.run)
        except (Abandoned, SystemExit):
            pass
        except BaseException as error:
            if not self.over and threading.excepthook is self.search.excepthook:
                self.fault, self.over = self.broken(f"thread {task.letter} raises", error), True
            elif not self.over:
                self.foreign(threading.excepthook)
                told = (type(error), error, error.__traceback__, thread)
                threading.excepthook(threading.ExceptHookArgs(told))
        finally:
            sys.settrace(None)
            if not self.over and "ends looked at" in self.search.learned:
                with contextlib.suppress(Abandoned):
                    self.point()
            threading._active.pop(task.ident, None)  # type: ignore[attr-defined]
            task.done = True
            with contextlib.suppress(Abandoned):
                if not self.over:
                    self.hand_over(task)
            main = self.tasks[0]
            if self.over and not main.done and main.gate.locked():
                main.gate.release()
            task.ended.release()

    def run(self) -> Order:
        """Run the test in this order, to its end or until it need not go on."""
        global active
        active, BASE_LOCK.owner = self, None
        random.seed(0)
        try:
            follow()
            test = self.search.load()
            self.loaded = True
            if isinstance(test(), types.GeneratorType):
                self.end(NoVerdict("the test is a generator, which nothing runs"))
            pools._shutdown = True  # as at the interpreter's exit
            for task in self.tasks:
                if task.thread in pools._threads_queues:
                    pools._threads_queues.pop(task.thread).put(None)  # type: ignore[attr-defined]
            others = self.tasks[1:]
            self.wait(lambda: all(t.done or t.daemon for t in others), "the threads to end")
            self.search.ended = True
        except Abandoned:
            pass
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not self.over and type(error).__name__ in ("SkipTest", "Skipped"):
                self.fault = NoVerdict(f"the test is skipped: {error}")
            elif not self.over and not self.loaded:
                self.fault = NoVerdict(f"the file does not load: {type(error).__name__}: {error}")
            elif not self.over:
                self.fault = self.broken("the test raises", error)
        finally:
            self.over = True
            vars(builtins).update(BUILTINS)
            self.unfollow()
            for task in self.tasks[1:]:
                if not task.done and task.gate.locked():
                    task.gate.release()
                task.ended.acquire()
            pools._shutdown, active = False, None
        return self

    # What a thread is about to do.

    def foreign(self, *functions: Any) -> None:
        """Take the calls that the library makes for the test of functions that are not its own."""
        for function in functions:
            while type(function) is functools.partial:
                function = function.func
            code = code_of(function)
            if function is not None and not (code and self.search.owns(code.co_filename)):
                self.point()
                self.touch_all()

    def trace(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        try:
            if event == "return":
                self.current.returned = type(argument)
            return self.called(frame) if event == "call" else self.step(frame, event)
        except BaseException as error:
            self.unfollow(frame)
            if isinstance(error, Exception):
                why = "with the library as the test has patched it"
                self.end(NoVerdict(f"the search fails {why}: {type(error).__name__}: {error}"))
            raise

    def unfollow(self, frame: types.FrameType | None = None) -> None:
        """3.12 crashes where a frame asks to be followed in a thread that follows no more."""
        while frame:
            frame.f_trace_opcodes = False
            frame = frame.f_back
        for generator in self.generators:
            generator.f_trace_opcodes = False

    def called(self, frame: types.FrameType) -> Any:
        """Follow calls into the test's own code; what is called elsewhere is one step."""
        task, caller = self.current, frame.f_back
        if frame.f_code.co_filename == __file__:
            task.pending = None
            return None
        if self.over and self.search.table(frame) is not None:
            raise Abandoned
        if self.alone or self.over:  # the library must undo what it has done, as asyncio its loop
            return None
        direct = task.pending and self.is_called_by(task.pending, frame)
        if direct:
            task.pending = None
            self.direct.add(frame)
        if frame.f_code is WORK:
            item = frame.f_locals["self"]
            self.foreign(item.fn if hasattr(item, "fn") else item.task[0])
        elif frame.f_code is CALLBACKS:
            self.foreign(*frame.f_locals["self"]._done_callbacks)
        if self.search.table(frame) is None:
            if caller and self.search.table(caller) is not None:
                try:
                    self.outside(frame)
                except Abandoned:
                    if frame.f_code.co_name != "__exit__":  # it undoes what the library has done
                        raise
            return None
        if not direct and self.is_called_back(caller):
            self.resolve(task)
            self.point()
            self.touch_all()
        frame.f_trace, frame.f_trace_opcodes = self.trace, True
        if frame.f_code.co_flags & SUSPENDED:
            self.generators.append(frame)
        return self.trace

    def is_called_by(self, site: Site, frame: types.FrameType) -> bool:
        """Say whether a frame is that of the function that a site names, and not called back."""
        name = frame.f_code.co_name
        if name in COMPREHENSIONS or name in CONTEXTS:
            return True
        thing = self.called_at(site, frame.f_back)
        if thing is ...:
            return is_call_of(site, frame)
        called = [thing, defined(type(thing), "__call__")]
        if issubclass(type(thing), type):
            called += [defined(thing, "__new__"), defined(thing, "__init__")]
        return any(code_of(one) is frame.f_code for one in called)

    def called_at(self, site: Site, caller: types.FrameType | None) -> Any:
        """Return what a site calls, or ... if that cannot be told from its name."""
        *path, name = site.path or ("",)
        if caller is None or not name or name in self.search.rebound:
            return ...
        if not path:
            return self.value((name,), caller)
        owner = self.value(tuple(path), caller)
        if type(defined(type(owner), "__getattribute__")) is types.FunctionType:
            return ...
        thing = inspect.getattr_static(owner, name, ...)
        return thing if code_of(thing) or not defined(type(thing), "__get__") else ...

    def is_called_back(self, caller: types.FrameType | None) -> bool:
        """Say whether a call into the test's code comes from code that is not its own."""
        if caller is None or caller.f_code.co_filename in (*TRUSTED, __file__):
            return False
        table = self.search.table(caller)
        action = table and table[caller.f_lasti]
        return table is None or bool(action and not isinstance(action[1], str))

    def outside(self, frame: types.FrameType) -> None:
        """Take a call of the library: of a lock's owner it touches the lock, of all else all."""
        owner = frame.f_locals.get("self") if self.search.trusts(frame) else None
        lock, name = owned_lock(owner), frame.f_code.co_name
        table = self.search.table(frame.f_back) if frame.f_back else None
        action = table and frame.f_back and table[frame.f_back.f_lasti]
        if not (action and action[0] == "call" and action[2] in self.search.learned):
            self.point()  # which a call of C code had before it came here
        if not name.startswith("__") or (name in CONTEXTS and not lock):
            self.note(f"calls {frame.f_code.co_qualname}")
        if issubclass(type(owner), threading.Thread) and frame.f_code.co_name != "__init__":
            self.meet(id(owner), True, None)
            self.touch(id(owner), True)
        elif lock:
            self.touch_lock(lock)
            if issubclass(type(owner), queue.PriorityQueue):  # compares items
                self.touch_all()
            called = (frame.f_locals.get("predicate"), inner_names(owner).get("_action"))
            if any(c is not None and not code_of(c) for c in called):
                self.touch_all()
                self.current.opaque = True
            notify = threading.Condition.notify.__code__
            if frame.f_code is notify and not frame.f_locals["self"]._waiters:
                self.note("notifies, and nobody waits")
        else:
            if frame.f_code.co_name in ("active_count", "enumerate"):
                self.search.learn("ends looked at")
            self.touch_all()
            self.current.opaque = True

    def step(self, frame: types.FrameType, event: str) -> Any:
        task, caller = self.current, frame.f_back
        if self.over:
            raise Abandoned
        if event == "line":
            task.line = True
        elif event == "opcode":
            task.opaque = False
            if not self.alone:
                self.instruction(task, frame)
        elif event == "return":
            self.resolve(task)
            table = self.search.table(caller) if caller else None
            trusted = caller and self.search.trusts(caller)
            task.opaque = table is None and not trusted
            action = table and caller and table[caller.f_lasti]
            direct = frame in self.direct
            self.direct.discard(frame)
            if action and not isinstance(action[1], str) and not self.alone and not direct:
                called_back = action[0] != "call" or action[2] in self.search.learned
                if called_back:  # by C code, which goes on
                    self.touch_all()
        return self.trace

    def resolve(self, task: Task) -> None:
        """A call that has not led to Python code was one of C code."""
        if task.pending:
            self.search.learn(task.pending)
            task.pending = None

    def instruction(self, task: Task, frame: types.FrameType) -> None:
        self.resolve(task)
        table = self.search.table(frame)
        action = table and table[frame.f_lasti]
        self.unheld += 1
        if self.unheld > UNHELD:
            if self.search.spent() > self.search.seconds:
                self.end(NoVerdict(f"an order does not end in {self.search.seconds:g} s: a loop?"))
            self.on_end = SPIN
            self.point()
        if not action:
            return
        kind, what, site = action
        returned, task.returned = task.returned, None
        if kind == "returned":
            if id(returned) in FIXED or (what and returned is None):
                return
            kind = "see"
        elif kind == "truth":
            thing = self.value(what, frame)
            if id(type(thing)) in FIXED or (thing is not ... and not tested(type(thing))):
                return
            kind, what = ("look", what) if id(type(thing)) in HOLDERS else ("see", None)
        elif kind == "library":
            kind, path, what = what
            if self.search.may_be_changed(self.value(path, frame), what):
                self.search.learn("the library is looked into")
                kind, what = "all", None
        named = (
            what if isinstance(what, str) else ".".join(what) if kind in ("look", "change") else ""
        ).removeprefix(".0.")
        if kind in ("operands", "change all"):
            if what and all(fixed(self.value(path, frame, True)) for path in what):
                return
            kind = "call" if site.callee else "see" if kind == "operands" else "all"
        elif isinstance(what, tuple):
            thing = self.value(what, frame)
            if fixed(thing) and site.callee not in METHODS:
                return
            kind = kind if id(type(thing)) in HOLDERS else "call" if site.callee else "all"
            if site.deep and id(type(thing)) in HOLDERS and not all(map(fixed, tuple(thing))):
                kind = "all"
            what = id(thing)
            self.kept.append(thing)
        if kind == "call" and site not in self.search.learned:
            task.pending = site
            return
        change = kind == "change"
        if kind in ("look", "change"):
            if change and isinstance(what, str) and what not in self.search.rebound:
                self.search.rebound.add(what)
                self.search.grown = True
            if not self.meet(what, change, site):
                self.touch(what, change)
                return
        if task.line or not self.search.by_line:
            task.line = False
            self.point()
        if kind in ("look", "change"):
            self.touch(what, change)
            self.note(f"{'changes' if change else 'reads'} {named}", frame)
            return
        (self.see_all if kind == "see" else self.touch_all)()
        if site.callee:
            self.note(f"calls {site.callee}", frame)

    def value(
        self, path: tuple[str, ...] | None, frame: types.FrameType, rebound: bool = False
    ) -> Any:
        """Return what a chain of names leads to, or ... where another thread may rebind it."""
        if path is None or not (rebound or self.search.rebound.isdisjoint(path)):
            return ...
        if path[0] == ".0":  # what a comprehension goes over is its caller's
            frame, path = frame.f_back or frame, path[1:]
        thing = local_names(frame).get(path[0], frame.f_globals.get(path[0], ...))
        for name in path[1:]:
            owner, thing = thing, inspect.getattr_static(thing, name, ...)
            asked = type(defined(type(owner), "__getattribute__")) is types.FunctionType
            local = issubclass(type(owner), threading.local)
            if asked or local or defined(type(thing), "__get__"):
                return ...  # what it stands for is not the thing itself
        return thing

    # What is told of a fault.

    def note(self, text: str, frame: types.FrameType | None = None) -> None:
        if self.tell:
            place = self.search.place(frame or sys._getframe(1))
            self.story.append((self.current.letter, *place, text))

    def broken(self, what: str, error: BaseException) -> str:
        vars(builtins).update(BUILTINS)
        found = traceback.extract_tb(error.__traceback__)
        frames = [f for f in found if self.search.owns(f.filename)]
        at = f"\n  line {frames[-1].lineno}: {frames[-1].line}" if frames else ""
        return f"{what} {''.join(traceback.format_exception_only(error)).strip()}{at}"

    def deadlock(self) -> str:
        lines, frames = ["deadlock: no thread can go on"], sys._current_frames()
        for task in self.tasks:
            if not task.done and task.ident in frames:
                frame = frames[task.ident]
                wants = task.wants
                wants = wants if isinstance(wants, str) else self.name_of(wants, frame)
                held = ", ".join(self.name_of(lock, frame) for lock in task.holds)
                line, source = self.search.place(frame)
                lines.append(f"  thread {task.letter}, line {line}: {source}")
                lines.append(f"    waits for {wants}" + f", holds {held}" * bool(held))
        return "\n".join(lines)

    def name_of(self, lock: Lock, at: types.FrameType | None) -> str:
        """Return what the test calls a lock."""
        while at:
            own = self.search.is_own(at)
            for name, value in [*local_names(at).items(), *at.f_globals.items()] * own:
                if value is lock or (name != "self" and owned_lock(value) is lock):
                    return name
                for attribute, inner in list(inner_names(value).items()):
                    module = issubclass(type(value), types.ModuleType)
                    if not module and owned_lock(inner) is lock:
                        return f"{name}.{attribute}"
            at = at.f_back
        return f"the lock made at line {lock.made[0]}" if lock.made else "a lock"


# A test's objects and classes are asked nothing: their own __getattr__ or __class__ would answer.


def defined(kind: type, name: str) -> Any:
    """Return what a class or a base of it has under a name, as it stands there, or None."""
    return next((names_in(base)[name] for base in bases_of(kind) if name in names_in(base)), None)


def inner_names(thing: Any) -> Mapping[str, Any]:
    """Return __dict__, unless the object has none or makes it up."""
    found = defined(type(thing), "__dict__")
    kind = type(found)
    plain = kind is types.GetSetDescriptorType or kind is types.MemberDescriptorType
    return found.__get__(thing) if plain else {}


def code_of(thing: Any) -> types.CodeType | None:
    """Return the code of a function or a method; a callable object has none."""
    kind = type(thing)
    if kind is types.MethodType or kind is staticmethod or kind is classmethod:
        return code_of(thing.__func__)
    return thing.__code__ if kind is types.FunctionType else None


def local_names(frame: types.FrameType) -> Mapping[str, Any]:
    """Return f_locals; before 3.13, what others then change in closures would be undone."""
    names = frame.f_locals
    if sys.version_info < (3, 13):
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), 0)
    return names


# What stands in for the real thing while a test runs.


def controlled(leaving: bool = False) -> Order | None:
    """Return the order whose current thread calls, if one does; at its end only leaving goes on."""
    order = active
    if order and order.over and not leaving:
        raise Abandoned
    mine = order and not order.over and order.current.ident == threading.get_ident()
    return order if mine else None


def traced(frame: types.FrameType, event: str, argument: Any) -> Any:
    return active and active.trace(frame, event, argument)


def follow() -> None:
    """Follow the calls of this thread."""
    asleep: Any = (_ for _ in ())
    asleep.gi_frame.f_trace_opcodes = True  # before, 3.12 follows no instruction
    sys.settrace(traced)


def keep_following(held: Any) -> None:
    """Follow in a thread that does nothing: on 3.12, to begin anew while a thread ends crashes."""
    follow()
    held.acquire()
    held.acquire()


class Lock:
    """Stands in for threading.Lock."""

    def __init__(self) -> None:
        order = controlled(leaving=True)
        self.owner: Any = None
        self.made = order.search.place(sys._getframe(1)) if order else None
        self.born = hash((order.current.past, "lock")) if order else 0
        if order:
            order.current.past = self.born

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        order = controlled()
        if order is None:
            free, self.owner = self.owner is None, self.owner or self
            return free
        waiter = sys._getframe(1).f_code is threading.Condition.wait.__code__
        if not waiter and (not blocking or 0 <= timeout < GUARD):
            order.search.learn(("tried", self.made))
        if not blocking:
            order.point()
        elif not (waiter and self.owner is None):
            limit = None if timeout < 0 else timeout
            asleep = waiter and is_delay(sys._getframe(1))
            order.wait(lambda: self.owner is None, "a notify" if waiter else self, limit, asleep)
        order.touch_lock(self)
        if self.owner is not None:
            order.note("does not get a lock")
            return False
        self.owner = order.current
        if not waiter:
            order.current.holds.append(self)
        if not waiter and order.tell:
            order.note(f"takes {order.name_of(self, sys._getframe())}")
        return True

    def release(self) -> None:
        order = controlled(leaving=True)
        if order is None and active:
            return
        if self.owner is None:
            raise RuntimeError("release unlocked lock")
        if order:
            if ("tried", self.made) in order.search.learned:
                order.point()
            order.touch_lock(self)
            if order.tell:
                order.note(f"releases {order.name_of(self, sys._getframe())}")
            if isinstance(self.owner, Task) and self in self.owner.holds:
                self.owner.holds.remove(self)
        self.owner = None

    def locked(self) -> bool:
        order = controlled()
        if order:
            order.search.learn(("tried", self.made))
            order.point()
            order.touch_lock(self)
        return self.owner is not None

    def _is_owned(self) -> bool:
        order = controlled(leaving=True)
        foreign = order and self.owner is not order.current
        return self.locked() if foreign else self.owner is not None

    def _at_fork_reinit(self) -> None:
        self.owner = None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class RLock(Lock):
    """Stands in for threading.RLock."""

    count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        order = controlled()
        mine = order is not None and self.owner is order.current
        if not mine and not super().acquire(blocking, timeout):
            return False
        self.count += 1
        return True

    def release(self) -> None:
        order = controlled(leaving=True)
        if order and self.owner is not order.current:
            raise RuntimeError("cannot release un-acquired lock")
        self.count -= 1
        if not self.count:
            super().release()

    def _is_owned(self) -> bool:
        order = controlled(leaving=True)
        return order is not None and self.owner is order.current

    def _release_save(self) -> int:
        count, self.count = self.count, 0
        super().release()
        return count

    def _acquire_restore(self, count: int) -> None:
        super().acquire()
        self.count = count

    def _recursion_count(self) -> int:
        return self.count if self._is_owned() else 0


class SimpleQueue(queue._PySimpleQueue):  # type: ignore[name-defined,misc]
    """Stands in for queue.SimpleQueue, whose put is one step: an item is there once it counts."""

    def empty(self) -> bool:
        return not self.qsize()

    def qsize(self) -> int:
        order, lock = controlled(), owned_lock(self)
        if order and lock:
            order.point()
            order.touch_lock(lock)
            order.note("calls SimpleQueue.qsize")
        return int(self._count._value)


BASE_LOCK = Lock()  # for the one that concurrent.futures shares among all pools


def is_delay(waiting: types.FrameType) -> bool:
    """Say whether a Condition.wait is the delay of a Timer, and guards against nothing."""
    caller = waiting.f_back and waiting.f_back.f_back
    return caller is not None and caller.f_code is threading.Timer.run.__code__


def owned_lock(thing: Any, depth: int = 3) -> Lock | None:
    """Return the stand-in that guards an object of threading, queue or concurrent.futures."""
    if issubclass(type(thing), Lock) or not depth:
        return thing if issubclass(type(thing), Lock) else None
    names = ("_lock", "mutex", "_cond", "_condition", "_count", "_shutdown_lock")
    inner = inner_names(thing)
    return next(filter(None, (owned_lock(inner[n], depth - 1) for n in names if n in inner)), None)


def task_of(thread: threading.Thread) -> tuple[Order | None, Task | None]:
    order = controlled()
    return order, next((t for t in order.tasks if t.thread is thread), None) if order else None


def start(thread: threading.Thread) -> None:
    order = controlled()
    if order:
        order.start(thread)
    else:
        real_thread["start"](thread)


def join(thread: threading.Thread, timeout: float | None = None) -> None:
    order, task = task_of(thread)
    if order is None or task is None or task is order.current:
        real_thread["join"](thread, timeout)
        return
    if timeout is not None and timeout < GUARD:
        order.search.learn("ends looked at")
    task.joined |= order.wait(lambda: task.done, f"thread {task.letter} to end", timeout)
    order.alone = all(t.joined or t is order.current for t in order.tasks)
    order.current.past = hash((order.current.past, task.past if task.done else "runs"))
    order.note(f"has waited for thread {task.letter}")


def is_alive(thread: threading.Thread) -> bool:
    order, task = task_of(thread)
    if order is None or task is None:
        return bool(real_thread["is_alive"](thread))
    order.search.learn("ends looked at")
    order.point()
    order.current.past = hash((order.current.past, task.past if task.done else "runs"))
    return not task.done


def start_new_thread(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any] | None = None
) -> int:
    thread = threading.Thread(target=function, args=args, kwargs=kwargs or {}, daemon=True)
    thread.start()
    return thread.ident or 0


def sleep(seconds: float) -> None:
    order = controlled()
    if order is None:
        real_sleep(seconds)
        return
    order.wait(lambda: False, "its sleep to end", seconds, asleep=True)
    order.note("has slept")


def clock(name: str) -> Callable[[], float]:
    def read() -> float:
        order = controlled(leaving=True)
        if order is None:
            return float(getattr(real_time, name)())
        if not order.alone:
            if order.meet("the clock", False, f"reads {name}"):
                order.point()
            order.touch("the clock", False)
        now = 1e6 + order.clock
        return int(now * 1e9) if name.endswith("_ns") else now

    return read


def select(real: Callable[..., Any], selector: Any, timeout: float | None = None) -> Any:
    order = controlled()
    if order is None:
        return real(selector, timeout)
    found: list[Any] = []

    def ready() -> bool:
        found[:] = found or real(selector, 0)
        return bool(found)

    order.wait(ready, "a file or a callback", timeout)
    order.touch_all()
    return found


def get_code(loader: SourceFileLoader, name: str) -> Any:
    """Read each text of a test's module once: what is known of its code holds in all orders."""
    order = active
    if order is None or not order.search.owns(loader.path):
        return real_code(loader, name)
    order.search.beside.add(name)
    text = (loader.path, *loader.path_stats(loader.path).values())
    codes = order.search.codes
    if text not in codes:
        codes[text] = real_code(loader, name)
    return codes[text]


def numbered(thing: Any) -> int:
    """Return a hash that is the same in each order, so that sets of threads and futures are."""
    order = active
    names: Any = inner_names(thing)
    if order and "_numbered" not in names:
        names["_numbered"] = next(order.numbers)
    return int(names.get("_numbered", id(thing)))


def selecting(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda selector, timeout=None: select(real, selector, timeout)


@contextlib.contextmanager
def stand_ins() -> Iterator[None]:
    """Put the stand-ins into every module that has the real thing, and take them out again."""
    stands: dict[int, Any] = {id(_queue.SimpleQueue): SimpleQueue}
    for kind, names in (
        (Lock, "Lock allocate_lock LockType lock"),
        (RLock, "RLock _CRLock _PyRLock"),
    ):
        for module, name in itertools.product((threading, _thread), names.split()):
            stands[id(getattr(module, name, kind))] = kind
    stands |= {id(real_sleep): sleep, id(real_start): start_new_thread}
    for name in ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns"):
        stands[id(getattr(time, name))] = clock(name)
    put: list[tuple[Any, str, Any, Any]] = [(pools, "_global_shutdown_lock", None, BASE_LOCK)]
    put += [(kind, "__hash__", None, numbered) for kind in (threading.Thread, BASE.Future)]
    put.append((BASE, "id", None, numbered))  # by which it sorts futures
    put.append((SourceFileLoader, "get_code", None, get_code))
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", __name__) not in (__name__, "_thread", "_frozen_importlib"):
            put += [
                (module, n, v, stands[id(v)]) for n, v in [*vars(module).items()] if id(v) in stands
            ]
    put += [
        (threading.Thread, n, None, f)
        for n, f in (("start", start), ("join", join), ("is_alive", is_alive))
    ]
    kinds: set[Any] = {
        v for v in vars(selectors).values() if isinstance(v, type) and "select" in vars(v)
    }
    for selector in kinds:
        put.append((selector, "select", None, selecting(selector.select)))
    before = [(owner, name, getattr(owner, name, None)) for owner, name, _, _ in put]
    try:
        for owner, name, _, stand_in in put:
            setattr(owner, name, stand_in)
        gc.disable()
        gc.freeze()
        yield
    finally:
        gc.unfreeze()
        gc.enable()
        for owner, name, value in before:
            setattr(owner, name, value)
        BASE.id = id  # type: ignore[attr-defined]


# What the instructions of a test may touch.

LOCAL = {
    *re.findall(
        r"\w+",
        """BUILD_CONST_KEY_MAP BUILD_LIST BUILD_MAP BUILD_SET BUILD_SLICE BUILD_STRING BUILD_TUPLE
        CACHE CHECK_EXC_MATCH COPY COPY_FREE_VARS DELETE_FAST END_FOR END_SEND IS_OP
        KW_NAMES LIST_APPEND LOAD_ASSERTION_ERROR LOAD_BUILD_CLASS LOAD_CLOSURE MAKE_CELL
        LOAD_COMMON_CONSTANT LOAD_SMALL_INT LOAD_SPECIAL MAKE_FUNCTION MAP_ADD NOP NOT_TAKEN
        POP_EXCEPT POP_ITER POP_TOP PRECALL PUSH_EXC_INFO PUSH_NULL RAISE_VARARGS RERAISE RESUME
        RETURN_CONST RETURN_GENERATOR RETURN_VALUE SET_ADD SET_FUNCTION_ATTRIBUTE SWAP""",
    )
}
ENDING = ("DELETE_FAST", "STORE_FAST", "POP_TOP", "RETURN_")  # may end an object
FAST = ("JUMP_", "LOAD_FAST", "LOAD_CONST", "STORE_FAST")
NAMES = ["ATTR", "CLASSDEREF", "DEREF", "FROM_DICT", "GLOBAL", "METHOD", "NAME", "SUPER_ATTR"]
LOADS = (*(f"LOAD_{name}" for name in NAMES), "IMPORT_FROM")
STORES = tuple(f"{verb}_{name}" for verb in ("STORE", "DELETE") for name in NAMES)
TRUTHS = ("POP_JUMP", "JUMP_IF", "TO_BOOL", "UNARY_NOT")
TESTS = ("COMPARE_OP", "CONTAINS_OP", "IS_OP", "TO_BOOL", "UNARY_NOT", "CHECK_EXC_MATCH")
# By their ids, since a class of the test's may have a hash of its own.
HOLDERS = {*map(id, (list, dict, set, collections.deque, collections.OrderedDict, bytearray))}
FIXED = {*map(id, (bool, int, float, complex, str, bytes, tuple, frozenset, range, type(None)))}
READERS = ["get", "index", "count", "copy"]
WRITERS = ["append", "appendleft", "pop", "popleft", "popitem", "add", "discard", "remove", "clear"]
WRITERS += ["setdefault", "insert", "reverse", "move_to_end"]
METHODS = dict.fromkeys(READERS, "look") | dict.fromkeys(WRITERS, "change")
LOOKS = {"len", "list", "tuple", "sorted", "set", "sum", "min", "max", "any", "all", "iter"}
LOOKS |= {"reversed"}
PURE = {"print", "str", "int", "float", "bool", "repr", "abs", "round", "ord", "chr", "min", "max"}
PURE |= {"object", "list", "tuple", "dict", "set", "frozenset"}  # of constants
BOOLS = {"acquire", "locked", "is_set", "empty", "full", "is_alive", "done", "cancelled", "cancel"}
DEEP = {"index", "count", "remove", "min", "max", "sum", "any", "all", "sorted", "set"}
ENDS = "__del__|weakref|getrefcount|get_referrers|get_objects|__subclasses__"  # of objects
HIDDEN = "ctypes|setattr|globals|vars|exec|__dict__|numpy|attrgetter|methodcaller|cell_contents"
CACHES = "cache|lru_cache"
COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>")  # on 3.11, functions
CONTEXTS = ("__enter__", "__exit__", "__aenter__", "__aexit__")
TRACING = "settrace|setprofile|settrace_all_threads|setprofile_all_threads"


@dataclasses.dataclass(frozen=True)
class Site:
    """An instruction, and the name of what it calls."""

    file: str
    function: str
    line: int
    offset: int
    callee: str
    deep: bool = False  # looks into what a container holds
    path: tuple[str, ...] | None = dataclasses.field(default=None, compare=False)  # names of it


def fixed(thing: Any) -> bool:
    """Say whether nothing that a thing holds can change."""
    deep = type(thing) is tuple or type(thing) is frozenset
    return id(type(thing)) in FIXED and (not deep or all(map(fixed, thing)))


# What kind of step, the name that is touched or the names that lead to it, and where.
Action = tuple[str, Any, Site]


def tested(kind: type) -> bool:
    """Say whether the truth of such objects is asked of them."""
    return bool(defined(kind, "__bool__") or defined(kind, "__len__"))


def path_of(node: ast.AST | None) -> tuple[str, ...] | None:
    """Return the names of a.b.c, or None for any other expression."""
    if isinstance(node, ast.Name):
        return (node.id,)
    inner = path_of(node.value) if isinstance(node, ast.Attribute) else None
    return inner and (*inner, node.attr)  # type: ignore[union-attr]


@functools.cache
def mentions(file: str, words: str) -> bool:
    """Say whether one of the words stands in a file."""
    return bool(re.search(rf"\b({words})\b", "".join(linecache.getlines(file))))


def rebinds(code: types.CodeType, name: str, after: int) -> bool:
    """Say whether a local name is bound after an offset, so that a loop is over what it was."""
    for now in dis.get_instructions(code):
        if now.offset > after and now.opname.startswith("STORE_FAST"):
            both = now.opname == "STORE_FAST_STORE_FAST"
            if name in ([now.argval] if isinstance(now.argval, str) else now.argval[: 1 + both]):
                return True
    return False


@functools.cache
def bound_in(file: str) -> set[str]:
    """Return the names that a file binds anywhere, which may be other things there."""
    found: set[Any] = set()
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse("".join(linecache.getlines(file)))):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            found |= {getattr(node, key, None) for key in ("name", "asname", "arg")}
    return {name for name in found if isinstance(name, str)}


@functools.cache
def segment(file: str, positions: tuple[int | None, ...]) -> Any:
    """Return the syntax tree of the source at positions, or None."""
    first, last, start, end = positions
    if first is None or last is None or None in (start, end):
        return None
    lines = [line.encode() for line in linecache.getlines(file)[first - 1 : last]]
    with contextlib.suppress(SyntaxError, IndexError, ValueError):
        lines[-1] = lines[-1][:end]
        lines[0] = b" " * int(start or 0) + lines[0][start:]
        text = textwrap.dedent(b"".join(lines).decode())
        with contextlib.suppress(SyntaxError):
            return ast.parse(f"({text})", mode="eval").body
        return ast.parse(text).body[0]
    return None


def is_call_of(site: Site, frame: types.FrameType) -> bool:
    """Say whether a frame is that of a function, or of a class, with the name that a site calls."""
    code = frame.f_code
    if mentions(site.file, CACHES):
        return False  # a cache in C has the name of its function
    if code.co_name in ("__init__", "__new__") and code.co_argcount:
        first = local_names(frame).get(code.co_varnames[0])
        made: Any = first if issubclass(type(first), type) else type(first)
        if site.callee == name_in(made):
            return True
    return bool(code.co_name == site.callee)


def action_of(
    code: types.CodeType, now: dis.Instruction, before: dis.Instruction | None, library: set[str]
) -> Action | None:
    """Return what an instruction may touch: None where no other thread can notice."""
    name, node = now.opname, segment(code.co_filename, tuple(now.positions or (None,) * 4))
    own = attribute = ""
    if name.startswith("CALL") and isinstance(node, ast.Call):
        own, attribute = (str(getattr(node.func, key, "")) for key in ("id", "attr"))
    callee = own or attribute
    deep = name == "CONTAINS_OP" or callee in DEEP
    where = code.co_filename, code.co_qualname, code.co_firstlineno, now.offset
    site = Site(*where, callee, deep, path_of(node.func) if callee else None)

    def touching(kind: str, thing: ast.AST | None) -> Action:
        path = path_of(thing)
        return (kind, path, site) if path else ("call" if callee else "all", None, site)

    if name.startswith("RETURN_") and code.co_flags & inspect.CO_GENERATOR:
        return "all", None, site
    if name in LOCAL or name.startswith(FAST) or "_NONE" in name:
        return None
    if name.startswith(LOADS + STORES):
        kind = "look" if name.startswith(LOADS) else "change"
        if kind == "change" and name.endswith("ATTR") and now.argval.endswith("__"):
            return "all", None, site  # as __class__, __len__ or __defaults__, read unnamed
        if now.argval in library and name.endswith(("ATTR", "METHOD")):
            return "library", (kind, path_of(getattr(node, "value", None)), now.argval), site
        return kind, now.argval, site
    if name.startswith(("CALL", "BEFORE_", "WITH_EXCEPT_START")):
        if name == "CALL_FUNCTION_EX":
            return "all", None, site
        if callee in METHODS and isinstance(node.func, ast.Attribute):
            return touching(METHODS[callee], node.func.value)
        function = node.func if isinstance(node, ast.Call) else None
        if not isinstance(function, ast.Name) or callee in bound_in(code.co_filename):
            return "call", None, site
        if callee in LOOKS and len(node.args) == 1 and not node.keywords:
            return touching("look", node.args[0])
        if callee == "print":
            plain = not node.keywords and all(isinstance(a, ast.Constant) for a in node.args)
            return ("change", "the output", site) if plain else ("call", None, site)
        if callee in PURE and not node.keywords:
            values = [a for a in node.args if not isinstance(a, ast.Constant)]
            return ("operands", tuple(map(path_of, values)), site) if values else None
        return None if callee in ("range", "super", "isinstance") else ("call", None, site)
    if name.startswith(TRUTHS):
        if before and before.opname in TESTS and not now.is_jump_target:
            return None
        test = getattr(node, "test", node)
        test = getattr(test, "operand", test)
        if isinstance(test, ast.Call):
            called = getattr(test.func, "attr", "")
            return "returned", called in BOOLS, site
        return "truth", path_of(test), site
    if name in ("GET_ITER", "FOR_ITER"):
        loops = getattr(node, "generators", [node])
        over = getattr(loops[0], "iter", node) if len(loops) == 1 else None
        of_range = getattr(getattr(over, "func", None), "id", "") == "range"
        of_range = of_range and "range" not in bound_in(code.co_filename)
        if of_range or isinstance(over, ast.Constant | ast.Tuple):
            return None
        path = path_of(over)
        if path is None or code.co_name == "<genexpr>" or rebinds(code, path[0], now.offset):
            return touching("all", None)
        if name == "FOR_ITER" and code.co_name in COMPREHENSIONS:
            path = ".0", *path
        return "look", path, site
    if isinstance(node, ast.Subscript):
        reads = isinstance(node.ctx, ast.Load) and name.startswith("BINARY")
        return touching("look" if reads else "change", node.value)
    if name == "CONTAINS_OP" and isinstance(node, ast.Compare):
        return touching("look", node.comparators[0])
    if name in ("COMPARE_OP", "BINARY_OP"):
        if len(getattr(node, "comparators", ())) > 1:
            return "all", None, site
        found = [getattr(node, side, None) for side in ("left", "target", "right", "value")]
        sides = [side for side in found if side is not None] + getattr(node, "comparators", [])
        number = any(
            isinstance(side, ast.Constant) and isinstance(side.value, int) for side in sides
        )
        if number and not isinstance(getattr(node, "op", None), ast.Mult):
            return None
        kind = "change all" if isinstance(node, ast.AugAssign) or not sides else "operands"
        return kind, tuple(path_of(s) for s in sides if not isinstance(s, ast.Constant)), site
    if name.startswith("FORMAT_"):
        return "operands", (None,), site
    return "all", None, site


@functools.cache
def tree_of(module: types.ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def class_of(kind: type) -> ast.AST:
    """Return the syntax tree of a class of the library's."""
    body = tree_of(sys.modules[kind.__module__]).body
    return next(n for n in body if isinstance(n, ast.ClassDef) and n.name == kind.__name__)


class Search:
    """All orders of one test.

    path, name: the file and its test function. by_line: hold threads between lines only. most:
    preemptions to try at most. seconds: CPU time after which to stop. Raises OSError, SyntaxError.
    """

    def __init__(
        self,
        path: str | Path,
        name: str,
        by_line: bool = False,
        most: int | None = None,
        seconds: float = 60.0,
    ) -> None:
        self.path, self.name, self.by_line = Path(path).resolve(), name, by_line
        self.most, self.seconds = most, seconds
        self.folder = str(self.path.parent) + os.sep
        self.source = text_of(self.path)
        self.code = compile(self.source, str(self.path), "exec", dont_inherit=True)
        self.beside: set[str] = set()  # modules of the test
        self.codes: dict[tuple[Any, ...], types.CodeType | None] = {}  # of these
        self.tables: dict[int, tuple[types.CodeType, dict[int, Action | None] | None]] = {}
        self.learned: set[Any] = set()  # sites where threads meet, and where C code is called
        self.rebound: set[str] = set()  # names that a thread gives a new value while others run
        self.seen: dict[int, int] = {}  # state: preemptions of the cheapest order that led to it
        self.grown, self.runs = False, 0
        self.ended = False  # an order has led to the end of the test
        self.patient = False  # a timeout from GUARD on could have ended, and others went on
        self.current: Order | None = None
        self.excepthook = threading.excepthook
        self.library = {  # attributes that the library changes in objects that a test holds
            id(kind): {
                node.attr
                for node in ast.walk(class_of(kind))
                if isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and not node.attr.startswith("__")
                and node.attr not in ("acquire", "release")  # methods of a lock, for good
            }
            for kind in SHARED
        }
        self.changed = set().union(*self.library.values())

    def owns(self, file: str) -> bool:
        return file.startswith(self.folder) and file != __file__ and "site-packages" not in file

    def trusts(self, frame: types.FrameType) -> bool:
        """Say whether code touches only what the lock of its object guards, and nobody looks."""
        looked_into = "the library is looked into" in self.learned
        return frame.f_code.co_filename in TRUSTED and not looked_into

    def may_be_changed(self, owner: Any, name: str) -> bool:
        """Say whether the library may change an attribute of an owner, which is ... if unknown."""
        kind = type(owner)
        plain = defined(kind, "__getattribute__") is object.__dict__["__getattribute__"]
        if owner is ... or not plain or defined(kind, "__getattr__") or defined(kind, "__get__"):
            return True
        for base in bases_of(kind):
            module = sys.modules.get(names_in(base).get("__module__"))
            own = self.owns(inner_names(module).get("__file__") or "")
            if name in self.library.get(id(base), ()):
                return True
            if not (own or base is object or id(base) in self.library):
                return True
        return False

    def is_own(self, frame: types.FrameType) -> bool:
        return self.owns(frame.f_code.co_filename)

    def place(self, frame: types.FrameType | None) -> tuple[int, str]:
        """Return the line, and its source, where a thread stands in the test's own code."""
        while frame and not self.is_own(frame):
            frame = frame.f_back
        if frame is None:
            return 0, "in the library"
        line = frame.f_lineno  # read once: the thread may run meanwhile
        return line, linecache.getline(frame.f_code.co_filename, line).strip()

    def table(self, frame: types.FrameType) -> dict[int, Action | None] | None:
        """Return {offset: action or None} for a frame of the test's own code, else None."""
        code, key = frame.f_code, id(frame.f_code)
        if key not in self.tables or self.tables[key][0] is not code:
            file = code.co_filename
            if file == "<string>":  # as that of a dataclass
                file = frame.f_globals.get("__file__") or ""
            self.tables[key] = code, self.read(code) if self.owns(file) else None
        return self.tables[key][1]

    def read(self, code: types.CodeType) -> dict[int, Action | None]:
        table: dict[int, Action | None] = collections.defaultdict(types.NoneType)
        before, at = None, []
        if mentions(code.co_filename, ENDS):
            self.learn(ENDS)
        hidden = ENDS in self.learned or mentions(code.co_filename, HIDDEN)
        for now in dis.get_instructions(code):
            at.append(now.offset)
            if now.opname == "EXTENDED_ARG":
                continue
            action = action_of(code, now, before, self.changed)
            if hidden and not action and now.opname.startswith(ENDING):
                action = "all", None, Site(code.co_filename, code.co_name, 0, now.offset, "")
            if action:
                all_of_it = hidden and action[0] != "call"
                action = ("all", None, action[2]) if all_of_it else action
                # 3.11 tells of an instruction at its EXTENDED_ARG, later versions at both.
                table.update(dict.fromkeys(at if sys.version_info < (3, 12) else at[-1:], action))
            before, at = now, []
        return table

    def learn(self, *things: Any) -> None:
        if not self.learned.issuperset(things):
            self.learned.update(things)
            self.grown = True
            if ENDS in things:
                self.tables.clear()

    def look_for_ends(self) -> None:
        """An object may end in any file, once one of them looks at ends of objects."""
        files = {str(inner_names(m).get("__file__")) for m in [*sys.modules.values()]}
        if any(self.owns(file) and mentions(file, ENDS) for file in files):
            self.learn(ENDS)

    def load(self) -> Callable[[], object]:
        """Run the file anew, with the modules beside it, and return the test."""
        for name in self.beside:
            sys.modules.pop(name, None)
        module = sys.modules[self.path.stem] = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        vars(module)["__builtins__"] = builtins
        exec(self.code, vars(module))
        return getattr(module, self.name)  # type: ignore[no-any-return]

    def import_library(self) -> None:
        """Import what is not the test's own before anything stands in."""
        for node in ast.walk(ast.parse(self.source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if not list(self.path.parent.glob(f"{name.partition('.')[0]}*")):
                    with contextlib.suppress(ImportError):
                        importlib.import_module(name)

    def explore(self, forced: list[int] | None = None) -> Verdict:
        """Try all orders, or the forced one, and return what that has shown."""
        if mentions(str(self.path), TRACING):
            return Verdict("none", "no verdict: the test traces threads, as the search does", 0)
        self.import_library()
        self.runs, self.began = 0, time.process_time()
        before, hook, held = sys.gettrace(), sys.unraisablehook, real_lock()
        quiet = io.StringIO()
        with stand_ins(), contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            sys.unraisablehook = lambda _: None
            real_start(keep_following, (held,))
            while not held.locked():
                real_sleep(0.001)
            self.current = Order(self, (), None, 0, False)  # watch() ends where there is none
            real_start(self.watch, ())
            try:
                self.run(())  # what the library remembers of a first run, it knows from now on
                while (verdict := self.all_orders()) is None:
                    pass
                if forced is None:
                    return verdict
                self.runs = 1  # where threads can be held has been learned
                return self.verdict(self.run(tuple(forced), tell=True))
            finally:
                self.current = None
                sys.settrace(before)
                held.release()
                gc.collect()
                sys.unraisablehook = hook

    def run(
        self, forced: tuple[int, ...], state: int | None = None, cost: int = 0, tell: bool = False
    ) -> Order:
        self.current = Order(self, forced, state, cost, tell)
        return self.current.run()

    def all_orders(self) -> Verdict | None:
        """Search with what has been learned so far; return None if that has grown."""
        self.look_for_ends()
        self.seen, self.grown, self.runs, cut, self.ended = {}, False, 0, False, False
        buckets: dict[int, list[tuple[tuple[int, ...], int | None]]] = {0: [((), None)]}
        how = "by line" if self.by_line else "by instruction"
        while buckets:
            least = min(buckets)
            if self.runs and self.spent() > self.seconds:
                spent = f"{self.runs:,} runs in {self.seconds:g} s"
                return self.bounded(least - 1, how, f"{spent}; more were not all tried")
            taken = least
            if self.runs % FORWARD == FORWARD - 1 and least + 1 in buckets:
                taken = least + 1
            forced, state = buckets[taken].pop()
            if not buckets[taken]:
                del buckets[taken]
            order = self.run(forced, state, taken)
            self.runs += 1
            if self.runs % SWEPT == 0:
                gc.collect()
            if self.grown:
                return None
            if order.fault:
                return self.verdict(order)
            for cost, position, other, state in order.branches:
                if self.most is not None and taken + cost > self.most:
                    cut = True
                    continue
                buckets.setdefault(taken + cost, []).append(
                    ((*order.choices[:position], other), state)
                )
        if not self.ended:
            return Verdict("none", "no verdict: no order has come to its end", self.runs)
        if cut and self.most is not None:
            return self.bounded(self.most, how, f"{self.runs:,} runs")
        runs = f"{self.runs:,} run{'s' * (self.runs > 1)}"
        text = f"holds in all orders, {how} ({runs}){self.covered()}"
        return Verdict("holds", text, self.runs)

    def covered(self) -> str:
        """Return what a verdict has to add of timeouts; "" where all ends of each were tried."""
        return "\n  timeouts of 1 s or more end only where no thread can go on" * self.patient

    def spent(self) -> float:
        """Return the seconds of CPU time since the search began."""
        return float(real_time.process_time() - self.began)

    def bounded(self, most: int, how: str, spent: str) -> Verdict:
        if most < 0:
            return Verdict("none", f"no verdict: without preemptions, {spent}", self.runs)
        bound = f"{most} preemption{'s' * (most != 1)}"
        text = f"holds in all orders with at most {bound}, {how}\n  {spent}{self.covered()}"
        return Verdict("bounded", text, self.runs)

    def verdict(self, order: Order) -> Verdict:
        if isinstance(order.fault, NoVerdict):
            return Verdict("none", f"no verdict: {order.fault}", self.runs)
        if not order.fault:
            return Verdict("holds", "holds in this order", self.runs)
        if not order.tell:
            order = self.run(tuple(order.choices), tell=True)
        lines = [f"breaks, in run {self.runs:,}", f"  {order.fault}"]
        steps: list[tuple[tuple[str, int, str], list[str]]] = []
        for letter, line, source, text in order.story:
            if not steps or steps[-1][0] != (letter, line, source):
                steps.append(((letter, line, source), []))
            steps[-1][1].extend([text] * (text not in ("", *steps[-1][1][-1:])))
        width = min(40, max([len(source) for (_, _, source), texts in steps if texts], default=0))
        for (letter, line, source), texts in steps:
            said = f"  # {', '.join(texts)}" if texts else ""
            lines.append(f"  {letter} {line:4}  {source:{width}}{said}".rstrip())
        lines.append(f"  --order {spelled(order.choices)}")
        return Verdict("breaks", "\n".join(lines), self.runs)

    def watch(self) -> None:
        """End the process when a thread is somewhere that cannot be stepped through."""
        seen: tuple[Order | None, int] = (None, 0)
        since = real_clock()
        while order := self.current:
            real_sleep(0.1)
            if seen != (order, order.steps):
                seen, since = (order, order.steps), real_clock()
            elif real_clock() - since > STUCK:
                line, source = self.place(sys._current_frames().get(order.current.ident))
                where = f"thread {order.current.letter}, line {line}: {source}"
                if order.over:
                    where = "a thread does not end: does it catch BaseException?"
                text = f"no verdict: no step for {STUCK:g} s; {where}"
                print(f"{self.path.name}::{self.name}: {text}", file=sys.__stdout__, flush=True)
                os._exit(2)


def spelled(choices: list[int]) -> str:
    """Return choices as text: a4B2 is four times a, then twice the end of a timeout of b."""
    letters = []
    for choice in choices:
        number = choice if choice >= 0 else ~choice
        letter = chr(97 + number) if number < 26 else f"<z{number}>"
        letters.append(letter if choice >= 0 else letter.upper())
    return "".join(f"{k}{len([*group])}" for k, group in itertools.groupby(letters)) or "-"


def read_order(text: str) -> list[int]:
    """Return the choices that spelled() has written; raises ValueError."""
    if not re.fullmatch(r"-|(([a-zA-Z]|<[zZ]\d+>)\d+)+", text):
        raise ValueError(f"--order {text}: not an order, which looks like a4b3")
    choices = []
    for letter, large, count in re.findall(r"([a-zA-Z])(\d*)>?(\d*)", text):
        number = int(large) if count else ord(letter.lower()) - 97
        choices += [number if letter.islower() else ~number] * int(count or large)
    return choices


def tests_of(path: Path) -> dict[str, str]:
    """Return a file's tests, each with why it cannot be run, if so; raises OSError, SyntaxError."""
    tree = ast.parse(text_of(path), str(path))
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test"
        ):
            why = "" if node in tree.body else "not a function of the module"
            why = "a coroutine" if isinstance(node, ast.AsyncFunctionDef) else why
            parameters = (node.args.args, node.args.posonlyargs, node.args.kwonlyargs)
            found[node.name] = why or ("it has parameters" if any(parameters) else "")
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and makes_function(node.value, functions):
            names = [t.id for t in node.targets if isinstance(t, ast.Name)]
            found |= {name: "not a def" for name in names if name.startswith("test")}
    return found


def makes_function(node: ast.expr, functions: set[str]) -> bool:
    """Say whether a value is a lambda, a partial or another name of a function."""
    if isinstance(node, ast.Call):
        return (path_of(node.func) or ("",))[-1] in ("partial", "wraps")
    return isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and node.id in functions)


def text_of(path: Path) -> str:
    with tokenize.open(path) as file:  # which knows coding cookies
        return file.read()


def run_apart(path: Path, name: str, *options: str) -> tuple[int, str]:
    """Search in a process of its own, which a test can stop; return its status and its text."""
    command = [sys.executable, __file__, f"{path}::{name}", *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    return done.returncode, done.stdout


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--orders", action="store_true", help="run tests in all orders of threads")


def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    if not pyfuncitem.config.getoption("orders") or pyfuncitem.funcargs or pyfuncitem.cls:
        return None
    status, text = run_apart(pyfuncitem.path, pyfuncitem.originalname)
    if status:
        importlib.import_module("pytest").fail(text, pytrace=False)
    print(text)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("test", metavar="FILE[::TEST]")
    parser.add_argument(
        "--lines", action="store_true", help="hold threads between lines only: faster, sees less"
    )
    parser.add_argument("--switches", type=int, metavar="N", help="try at most N preemptions")
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="N", help="CPU time for each test (60)"
    )
    parser.add_argument(
        "--order", metavar="TEXT", help="run one order again, as a broken test names it"
    )
    options = parser.parse_args()
    file, _, name = options.test.partition("::")
    try:
        forced = read_order(options.order) if options.order else None
        tests = tests_of(Path(file))
    except (OSError, SyntaxError, ValueError) as error:
        parser.error(str(error))
    if not tests or (name and name not in tests):
        parser.error(f"{file}: there is no function {name or 'test_…'}")
    if not name:
        asked = [argument for argument in sys.argv[1:] if argument != options.test]
        statuses = []
        for test in tests:
            try:
                status, text = run_apart(Path(file), test, *asked)
            except KeyboardInterrupt:
                print(f"{Path(file).name}::{test}: no verdict: interrupted", flush=True)
                return 130
            print(text, end="", flush=True)
            statuses.append(status)
        return max(statuses)
    said = f"{Path(file).name}::{name}:"
    if tests[name]:
        print(f"{said} no verdict: not run, {tests[name]}")
        return 2
    sys.path.insert(0, str(Path(file).resolve().parent))
    search = Search(file, name, options.lines, options.switches, options.seconds)
    try:
        verdict = search.explore(forced)
    except KeyboardInterrupt:
        print(f"{said} no verdict: interrupted after {search.runs:,} runs", flush=True)
        os._exit(130)
    print(f"{said} {verdict.text}")
    return {"holds": 0, "bounded": 0, "breaks": 1, "none": 2}[verdict.kind]


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # daemon threads of a test may be anywhere
