"""Record the lives and the waits of threads, and what each gets of a core, for timeline.py."""

import functools
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from operator import call, iadd
from typing import Any

from timeline_picture import IO, LOCK, RUNS, THREAD, Lane

PERIOD = 0.005  # seconds between two looks at the clocks: a turn at the GIL
GRAINS = 40  # pieces, at most, in which a lane shows its share of a core

WAITS = {  # what blocks without a lock of its own that could be recorded
    (time, "sleep"): IO,
    (os, "read"): IO,
    (socket, "getaddrinfo"): IO,
    (socket.socket, "connect"): IO,
    (socket.socket, "accept"): IO,
    (socket.socket, "recv"): IO,
    (socket.socket, "recv_into"): IO,
    (ssl.SSLSocket, "do_handshake"): IO,
    (ssl.SSLSocket, "read"): IO,
    (subprocess.Popen, "wait"): IO,
    (threading.Thread, "join"): THREAD,
}

Point = tuple[float, float]  # when, and the CPU time of a thread until then
sleep, thread_time = time.sleep, time.thread_time


@dataclass
class Wait:
    state: str
    begun: float
    lock: Any = None  # what it waits for, if that is a lock
    ended: float | None = None


@dataclass(eq=False)
class Life:
    """A thread from its start to its end, which may not have come. Times are in seconds."""

    thread: threading.Thread
    begun: float
    clock: int | None
    ended: float | None = None
    waits: list[Wait] = field(default_factory=list)  # appending is atomic, a lock would
    points: list[Point] = field(default_factory=list)  # record itself

    def waiting(self) -> Wait | None:
        """Return the wait that has not ended."""
        last = self.waits[-1] if self.waits else None
        return last if last and last.ended is None and self.ended is None else None


class Recorder:
    """Collects the lives of threads, in seconds from its own start."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.lives: list[Life] = []
        self.interrupted: list[Lane] | None = None  # as they were at Ctrl-C
        self._here = threading.local()
        # The life of the thread that calls it, if it is recorded.
        self.life: Callable[[], Life | None] = partial(getattr, self._here, "life", None)

    def now(self) -> float:
        return time.perf_counter() - self.started

    def mark(self, life: Life) -> None:
        """Note this thread's own clock, where a look from outside would come too late."""
        life.points.append((self.now(), thread_time()))

    def live(self, thread: threading.Thread, action: Callable[[], object]) -> None:
        """Call `action` as the life of this thread."""
        clock = None
        if hasattr(time, "pthread_getcpuclockid"):
            clock = time.pthread_getcpuclockid(threading.get_ident())
        life = self._here.life = Life(thread, self.now(), clock)
        self.mark(life)
        self.lives.append(life)
        try:
            action()
        finally:
            self.mark(life)
            life.ended = self.now()

    def wait(
        self, state: str, lock: Any, action: Callable[..., Any], *given: Any, **named: Any
    ) -> Any:
        """Call `action` and record that this thread waited meanwhile."""
        life = self.life()
        if life is None or life.waiting():  # a wait inside a wait adds nothing
            return action(*given, **named)
        self.mark(life)
        wait = Wait(state, self.now(), lock)
        life.waits.append(wait)
        try:
            return action(*given, **named)
        finally:
            wait.ended = self.now()
            self.mark(life)

    def look(self) -> None:
        """Read the clocks of all threads, again and again."""
        while True:
            sleep(PERIOD)
            self.look_once()

    def look_once(self) -> None:
        for life in list(self.lives):
            if life.ended is None and life.clock is not None:
                try:
                    before = self.now()
                    busy, after = time.clock_gettime(life.clock), self.now()
                except OSError:  # it has ended meanwhile
                    continue
                if after - before < PERIOD / 10:  # else this look was itself interrupted
                    life.points.append((after, busy))

    def lanes(self) -> list[Lane]:
        """Return a lane for each thread, oldest first, as things stand."""
        now, lives = self.now(), sorted(self.lives, key=lambda life: life.begun)
        shown = now - (lives[1] if len(lives) > 1 else lives[0]).begun
        return [self._lane(life, lives, now, shown) for life in lives]

    def _lane(self, life: Life, lives: list[Life], now: float, shown: float) -> Lane:
        spans, shares, at = [], [], life.begun
        ended = now if life.ended is None else life.ended
        for wait in list(life.waits):
            until = ended if wait.ended is None else wait.ended
            if until - wait.begun > shown / 500:
                spans += [(RUNS, at, wait.begun), (wait.state, wait.begun, until)]
                at = until
        spans = [span for span in [*spans, (RUNS, at, ended)] if span[2] > span[1]]
        for state, begun, until in spans:
            if state == RUNS and life.clock is not None:
                points = sorted(p for p in list(life.points) if begun <= p[0] <= until)
                shares += pieces(points, shown / GRAINS)
        waiting = life.waiting()
        lock = waiting.lock if waiting and waiting.state == LOCK else None
        holder = lives.index(lock.holder) if lock and lock.holder in lives else None
        return Lane(
            life.thread.name,
            life.ended is not None,
            spans,
            shares if life.clock is not None else None,
            lock.made if lock else None,
            holder,
        )


def pieces(points: list[Point], grain: float) -> list[tuple[float, float, float]]:
    """Return (start, end, share of a core) for pieces about as long as `grain`, or longer."""
    found: list[tuple[float, float, float]] = []
    for point in points[1:]:
        start, busy = points[0]
        if point[0] - start >= grain or point is points[-1]:
            if point[0] > start:
                share = (point[1] - busy) / (point[0] - start)
                found.append((start, point[0], min(max(share, 0.0), 1.0)))
            points[0] = point
    return found


class Direct:
    """A lock that `with` takes without a step in Python, unless it has to wait.

    CPython hands the GIL over between such steps. Where a lock is held meanwhile, threads
    would wait for it that do not wait in the program itself.
    """

    __slots__ = ("__enter__", "__exit__")
    __enter__: Callable[[], bool]
    __exit__: Callable[..., None]


class Steps:
    """Calls one function after another, for any() and all(), without a step in Python."""

    __slots__ = ("__iter__",)
    __iter__: Callable[[], Iterator[Any]]

    def __init__(self, *functions: Callable[[], Any]) -> None:
        self.__iter__ = partial(map, call, functions)


def record_waits(recorder: Recorder) -> None:
    """Replace what blocks by what records, for the rest of this process."""

    class Lock(Direct):
        state = LOCK
        make: Callable[[], Any] = staticmethod(threading.Lock)

        def __init__(self) -> None:
            self._lock = self.make()
            self.made = caller()
            self.holders: deque[Life | None] = deque(maxlen=1)  # who acquired it last
            take = partial(any, Steps(partial(self._lock.acquire, False), self._wait))
            note = partial(next, map(iadd, repeat(self.holders), zip(iter(recorder.life, 0))))
            self.__enter__ = partial(all, Steps(take, note))
            self.__exit__ = self._lock.__exit__

        @property
        def holder(self) -> Life | None:
            return self.holders[-1] if self.holders else None

        def _wait(self, *given: Any) -> bool:
            return bool(recorder.wait(self.state, self, self._lock.acquire, *given))

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            got = self._lock.acquire(False) or (blocking and self._wait(True, timeout))
            if got:
                self.holders.append(recorder.life())
            return bool(got)

        def release(self) -> None:
            self._lock.release()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._lock, name)

    class RLock(Lock):
        make = staticmethod(threading.RLock)

        def _acquire_restore(self, state: Any) -> None:  # at the end of Condition.wait
            self._lock._acquire_restore(state)
            self.holders.append(recorder.life())

    class Waiter(Lock):
        """The lock with which a Condition, and all that is built on it, waits."""

        state = THREAD

    for (owner, name), state in WAITS.items():
        setattr(owner, name, recorded(recorder, state, getattr(owner, name)))
    replace(threading, Lock=Lock, RLock=RLock, _allocate_lock=Waiter)
    replace(queue, SimpleQueue=vars(queue)["_PySimpleQueue"])  # the one written in Python
    make_event, start = threading.Event.__init__, threading.Thread.start

    @functools.wraps(make_event)
    def event_recorded(event: threading.Event) -> None:
        make_event(event)
        lock: Any = Waiter()  # the program has no lock there, and start() takes this one
        replace(event, _cond=threading.Condition(lock))

    @functools.wraps(start)
    def start_recorded(thread: threading.Thread) -> None:
        run = thread.run
        replace(thread, run=lambda: recorder.live(thread, run))
        start(thread)

    replace(threading.Event, __init__=event_recorded)
    replace(threading.Thread, start=start_recorded)


def replace(owner: object, **by: object) -> None:
    for name, value in by.items():
        setattr(owner, name, value)


def caller() -> str:
    """Return where the program made what is being made, as "file.py:3"."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename in (
        __file__,
        threading.__file__,
        queue.__file__,
    ):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


def recorded(recorder: Recorder, state: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*given: Any, **named: Any) -> Any:
        return recorder.wait(state, None, function, *given, **named)

    return wrapper
