"""Four threads on one object, and what came of it.

A module of rows ends with `stress.main(globals())` and is run with the name
of one of its rows; it prints what it saw, as JSON. What it saw can refute that
a use is thread-safe; nothing seen proves nothing.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

THREADS = 4
PAIR = 2  # threads that begin each round at once, as two cores allow
SECONDS = 0.15  # of a row, unless its calls are slow: each has LEAST of them
LEAST = 25  # calls, or rounds, of each thread
MOST = 200_000
SWITCH = 1e-5  # seconds after which a thread hands the GIL on; 5e-3 otherwise

Task = Callable[[], object]


class Wrong(Exception):
    """A task saw what no order of whole operations gives; the text says what."""


class Stress:
    """Runs the threads of one row, and keeps what they saw."""

    def __init__(self) -> None:
        self.operations = 0
        self._seen: dict[tuple[str, str], list[Any]] = {}
        self._lock = threading.Lock()

    def __call__(self, *tasks: Task, least: int = LEAST, most: int = MOST) -> list[int]:
        """Let four threads call `tasks` again and again; return how often each did.

        With two tasks, two threads have the one and two the other. A call that
        raises is noted, and does not count.
        """
        done, called = [0] * THREADS, [0] * THREADS
        begin = threading.Barrier(THREADS)
        step = min(10, least)

        def work(number: int, task: Task) -> None:
            begin.wait()
            end = time.monotonic() + SECONDS
            calls = 0
            while calls < least or (calls < most and time.monotonic() < end):
                for _ in range(step):
                    try:
                        task()
                        done[number] += 1
                    except Exception as error:
                        self.note(error)
                calls += step
            called[number] = calls

        _run(work, tasks)
        self.operations += sum(called)
        return [sum(done[number :: len(tasks)]) for number in range(len(tasks))]

    def rounds(
        self,
        make: Callable[[], Any],
        *tasks: Callable[[Any], Any],
        check: Callable[[Any, list[Any]], object] = lambda shared, results: None,
        each: int = 1,
        most: int = MOST,
    ) -> None:
        """Make a new object, let two threads use it at once, check it; and so on.

        `check` gets the object and what the tasks returned, and raises Wrong.
        `each` is the number of operations in a task.
        """
        shared: Any = None
        results: list[Any] = []
        count = 0
        here: list[int] = []
        over = False
        end = time.monotonic() + SECONDS

        def turn() -> None:
            nonlocal shared, results, here, count, over
            if count:
                try:
                    check(shared, results)
                except Exception as error:
                    self.note(error)
            over = count >= most or (count >= LEAST and time.monotonic() > end)
            if not over:
                shared, results, here = make(), [None] * PAIR, []
                count += 1

        together = threading.Barrier(PAIR, action=turn)

        def work(number: int, task: Callable[[Any], Any]) -> None:
            while True:
                together.wait()
                if over:
                    return
                here.append(number)
                while len(here) < PAIR:
                    time.sleep(0)  # a barrier lets go of one thread after the other
                try:
                    results[number] = task(shared)
                except Exception as error:
                    self.note(error)

        _run(work, tasks, PAIR)
        self.operations += count * PAIR * each

    def in_thread(self, ended: threading.ExceptHookArgs) -> None:
        """Keep the error that ended a thread of the library's own."""
        if isinstance(ended.exc_value, Exception):
            self.note(ended.exc_value)

    def note(self, error: Exception, count: int = 1) -> None:
        """Keep an error, or add it to those of its kind."""
        if isinstance(error, Wrong):
            kind, text = "wrong", str(error)
        else:
            kind, text = "raised", f"{type(error).__name__}: {error}"
        with self._lock:
            known = self._seen.setdefault((kind, type(error).__name__), [text, 0])
            known[1] += count

    def lost(self, there: int, done: int, what: str = "lost") -> None:
        """Compare what is there with what was done."""
        if there != done:
            self._seen["lost", ""] = [what, abs(done - there)]

    def seen(self) -> list[dict[str, Any]]:
        """Return what was seen, one dictionary for each kind of error."""
        try:
            return [
                {"kind": kind, "text": text, "count": count}
                for (kind, _), (text, count) in self._seen.items()
            ]
        except (TypeError, ValueError) as error:
            # C code that is used by several threads can overwrite these pairs; sqlite3 has.
            text = f"{type(error).__name__}: {error}, in a dictionary that no thread shares"
            return [{"kind": "raised", "text": text, "count": 1}]


def expect(good: object, otherwise: str) -> None:
    """Raise Wrong, with what was seen, unless `good`."""
    if not good:
        raise Wrong(otherwise)


def same_items(wanted: int) -> Any:
    """Return a check that the tasks' lists hold each of range(wanted) once."""

    def check(_: object, results: list[Any]) -> None:
        taken = [item for result in results for item in result or ()]
        if len(taken) < wanted:
            raise Wrong(f"of {wanted} items {len(taken)} came")
        if len(taken) > len(set(taken)):
            raise Wrong("an item came twice")

    return check


def _run(work: Callable[[int, Any], None], tasks: tuple[Any, ...], count: int = THREADS) -> None:
    threads = [
        threading.Thread(target=work, args=(number, tasks[number % len(tasks)]))
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(rows: dict[str, Any]) -> None:
    """Run the row that the command line names, and print what it saw."""
    sys.setswitchinterval(SWITCH)
    stress = Stress()
    threading.excepthook = stress.in_thread
    found: dict[str, Any] = {}
    try:
        rows[sys.argv[1]](stress)
    except (ImportError, AttributeError) as error:  # what other systems lack, too
        found["absent"] = str(error).partition(" (")[0]  # and not where it is not
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    found |= {"operations": stress.operations, "gil": gil, "seen": stress.seen()}
    print(json.dumps(found))
