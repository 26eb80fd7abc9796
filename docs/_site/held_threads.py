"""Threads of a small program that wait before each line until it is their turn.

Locks are real, but for one thing: an acquire that would wait gives the turn away instead.
"""

import _thread
import concurrent.futures.thread as pools
import queue
import sys
import threading

PATIENCE = 20.0  # seconds for one step, so that a mistake in here hangs nothing
NAMES = "ABCDEFGH"
LIBRARY = (threading.__file__, queue.__file__, pools.__file__, pools._base.__file__)
real_lock, real_start = _thread.allocate_lock, _thread.start_new_thread
run = None  # the current one


class Abandoned(BaseException):
    """Ends the threads of a run that need not go on."""


class Lock:
    """A real lock whose acquire gives the turn away rather than wait."""

    def __init__(self):
        self.real, self.owner, self.count = real_lock(), None, 0

    def acquire(self, blocking=True, timeout=-1):
        if timeout > 0:
            raise NotImplementedError("a timeout: the recorder has no clock")
        while not self.real.acquire(blocking=False):
            if not blocking:
                return False
            run.here().wait(self)
        self.owner = run.here()
        return True

    def release(self):
        if run.over and not self.real.locked():
            return
        self.owner = None
        self.real.release()

    def locked(self):
        return self.real.locked()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self.real, self.owner = real_lock(), None


class RLock(Lock):
    """The same for threading.RLock, with what a Condition asks of it."""

    def acquire(self, blocking=True, timeout=-1):
        if not self._is_owned() and not super().acquire(blocking, timeout):
            return False
        self.count += 1
        return True

    def release(self):
        if not run.over and not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        self.count -= 1
        if self.count < 1:
            super().release()

    def _is_owned(self):
        return self.real.locked() and self.owner is run.here()

    def _release_save(self):
        count, self.count = self.count, 0
        super().release()
        return count

    def _acquire_restore(self, count):
        super().acquire()
        self.count = count


class Held:
    """A thread of the program, held at its gate whenever it is not its turn."""

    def __init__(self, run, body, helps=False):
        self.run, self.body, self.helps = run, body, helps
        self.number, self.gate = len(run.threads), real_lock()
        self.gate.acquire()
        self.wants = self.error = self.frame = self.ident = None
        self.done = False
        run.threads.append(self)
        real_start(self.live, ())

    def live(self):
        self.ident = _thread.get_ident()
        self.gate.acquire()
        try:
            if not self.run.over:
                sys.settrace(self.called)
                self.body()
        except Abandoned:
            pass
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}".removesuffix(": ")
        finally:
            sys.settrace(None)
            self.done, self.frame = True, None
            self.run.back.release()

    def called(self, frame, event, arg):
        return self.stepped if frame.f_code.co_filename == self.run.place else None

    def stepped(self, frame, event, arg):
        if event == "line":
            self.pause(frame)
        return self.stepped

    def pause(self, frame):
        if self.run.over:
            raise Abandoned
        self.frame = frame
        self.run.back.release()
        self.gate.acquire()
        if self.run.over:
            raise Abandoned

    def wait(self, lock):
        """Let others go on until the lock, or the thread, can be had."""
        self.wants = lock
        self.pause(sys._getframe(1))
        self.wants = None

    def can_go_on(self):
        held = self.wants.real.locked() if isinstance(self.wants, Lock) else self.waits_for_end()
        return not (self.done or held)

    def waits_for_end(self):
        return self.wants is not None and not self.wants.done

    def frames(self):
        """Return the frames of the program and the library, the innermost first."""
        found, frame = [], self.frame
        while frame:
            if frame.f_code.co_filename in (self.run.place, *LIBRARY):
                found.append(frame)
            frame = frame.f_back
        return found


class Run:
    """One run of the program, along one path."""

    def __init__(self, code, place):
        global run
        self.place, self.threads, self.back, self.over = place, [], real_lock(), False
        self.back.acquire()
        self.values, run = {"__name__": "explored"}, self
        exec(code, self.values)
        for body in self.values["threads"]:
            held = Held(self, body)
            self.go_on(held)  # to its first line

    def here(self):
        ident = _thread.get_ident()
        return next((held for held in self.threads if held.ident == ident), None)

    def go_on(self, held):
        held.gate.release()
        if not self.back.acquire(timeout=PATIENCE):
            raise TimeoutError(f"thread {NAMES[held.number]} did not come to its next line")

    def turn(self, number):
        """Let a thread take one step; raise ValueError if it cannot."""
        if number not in self.able():
            self.abandon()
            raise ValueError(f"{self.place}: thread {NAMES[number]} cannot go on there")
        self.go_on(self.threads[number])

    def able(self):
        return [held.number for held in self.threads if held.can_go_on()]

    def abandon(self):
        self.over = True
        for held in self.threads:
            if not held.done:
                self.go_on(held)
        pools._threads_queues.clear()

    def fault(self):
        """Return what has gone wrong, None if nothing has, or "" where all is over and well."""
        for held in self.threads:
            if held.error:
                return f"{NAMES[held.number]} raises {held.error}"
        if self.able():
            return None
        if not all(held.done or held.helps for held in self.threads):
            return "no thread can go on"
        try:
            self.values["check"]()
        except AssertionError as error:
            return f"at the end, {error}"
        return ""


def start(thread):
    thread._held = Held(run, thread.run, helps=True)


def join(thread, timeout=None):
    if not thread._held.done:
        run.here().wait(thread._held)


def stand_in():
    """Put what gives turns away in the place of what waits; nothing is put back."""
    threading.Lock = threading._allocate_lock = Lock
    threading.RLock = RLock
    threading.Thread.start, threading.Thread.join = start, join
    queue.SimpleQueue = queue._PySimpleQueue
    pools._base.LOGGER.disabled = True  # of tasks that are abandoned


def follow(code, place, path):
    """Return a run whose threads have gone on in the order of `path`, a tuple of numbers."""
    now = Run(code, place)
    for number in path:
        now.turn(number)
    return now
