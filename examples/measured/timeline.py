"""Record which thread of a program ran, waited for a lock or for I/O, and when.

Usage: python timeline.py [--json FILE] [--svg FILE] program.py [argument …]

Runs the program and draws a lane for each of its threads; without options, into
timeline.svg. "Runs" means runs or is ready to run: which of the ready threads has the
GIL cannot be seen from Python. Sees waits in `threading`, `queue`, `concurrent.futures`,
`time.sleep`, sockets and child processes; a wait inside other C code counts as running.
"""

import argparse
import functools
import json
import os
import queue
import runpy
import socket
import ssl
import subprocess
import sys
import threading
import time
from html import escape
from pathlib import Path

RUNS, LOCK, THREAD, IO = "runs", "waits for a lock", "waits for a thread", "sleeps or waits for I/O"

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


class Recorder:
    """Collects (thread, state, start, end) for every wait, in seconds from its own start."""

    def __init__(self):
        self.started = time.perf_counter()
        self.waits, self.lives = [], []  # appending is atomic, a lock would record itself

    def now(self):
        return time.perf_counter() - self.started

    def wait(self, state, action, *arguments, **options):
        """Call `action` and record that this thread waited meanwhile."""
        begun = self.now()
        try:
            return action(*arguments, **options)
        finally:
            self.waits.append((threading.get_ident(), state, begun, self.now()))

    def live(self, name, action):
        """Call `action` as the life of this thread."""
        ident, begun = threading.get_ident(), self.now()
        try:
            return action()
        finally:
            self.lives.append((ident, name, begun, self.now()))

    def lanes(self):
        """Return [{"thread", "spans": [[state, start, end], …]}, …], oldest thread first."""
        visible = self.now() / 500
        return [
            {"thread": name, "spans": self._spans(ident, begun, ended, visible)}
            for ident, name, begun, ended in sorted(self.lives, key=lambda life: life[2])
        ]

    def _spans(self, ident, begun, ended, visible):
        spans, at = [], begun
        for who, state, start, end in sorted(self.waits, key=lambda wait: wait[2]):
            # A later thread may have got the same ident; a wait inside a wait adds nothing.
            if who == ident and at <= start and end <= ended and end - start > visible:
                spans += [[RUNS, at, start], [state, start, end]]
                at = end
        return [span for span in [*spans, [RUNS, at, ended]] if span[2] > span[1]]


def record_waits(recorder):
    """Replace what blocks by what records, for the rest of this process."""

    class Lock:
        state = LOCK
        make = staticmethod(threading.Lock)

        def __init__(self):
            self._lock = self.make()

        def acquire(self, blocking=True, timeout=-1):
            if self._lock.acquire(False):
                return True
            return blocking and recorder.wait(self.state, self._lock.acquire, True, timeout)

        def release(self):
            self._lock.release()

        def __enter__(self):
            return self.acquire()

        def __exit__(self, *_):
            self.release()

        def __getattr__(self, name):
            return getattr(self._lock, name)

    class RLock(Lock):
        make = staticmethod(threading.RLock)

    class Waiter(Lock):
        """The lock with which a Condition, and all that is built on it, waits."""

        state = THREAD

    for owner, name in WAITS:
        setattr(owner, name, recorded(recorder, WAITS[owner, name], getattr(owner, name)))
    threading.Lock, threading.RLock, threading._allocate_lock = Lock, RLock, Waiter
    queue.SimpleQueue = queue._PySimpleQueue  # the one that is written in Python
    start = threading.Thread.start

    @functools.wraps(start)
    def start_recorded(thread):
        run = thread.run
        thread.run = lambda: recorder.live(thread.name, run)
        start(thread)

    threading.Thread.start = start_recorded


def recorded(recorder, state, function):
    @functools.wraps(function)
    def wrapper(*arguments, **options):
        return recorder.wait(state, function, *arguments, **options)

    return wrapper


LOOKS = {  # height, color; tall is busy, so that the lanes read in black and white too
    RUNS: (16, "#0b7a75"),
    IO: (8, "#c2621b"),
    LOCK: (3, "#b03a6b"),
    THREAD: (1.5, "#4a6785"),
}
WIDTH, LEFT, LANE = 640, 162, 28


def draw(lanes):
    """Return the lanes as SVG, from shortly before the second thread starts."""
    starts = [start for lane in lanes for _, start, _ in lane["spans"][:1]]
    ended = max(end for lane in lanes for *_, end in lane["spans"])
    begun = max(0, starts[1] - (ended - starts[1]) / 20) if len(starts) > 1 else starts[0]
    scale = (WIDTH - LEFT - 20) / max(ended - begun, 1e-6)
    parts = []
    for number, lane in enumerate(lanes):
        middle = number * LANE + LANE / 2
        parts.append(text(LEFT - 10, middle + 4, short(lane["thread"]), "end"))
        for state, start, end in lane["spans"]:
            start, end = max(start, begun), max(end, begun)
            height, color = LOOKS[state]
            if end == begun:
                continue
            parts.append(
                f'<rect x="{LEFT + (start - begun) * scale:.1f}" y="{middle - height / 2:.1f}" '
                f'width="{max((end - start) * scale, 0.6):.1f}" height="{height}" fill="{color}"/>'
            )
    bottom = len(lanes) * LANE + 4
    parts.append(
        f'<path d="M{LEFT} {bottom}H{WIDTH - 20}" stroke="#010203" stroke-width="1" fill="none"/>'
    )
    parts.append(text(LEFT, bottom + 16, "0"))
    parts.append(text(WIDTH - 20, bottom + 16, duration(ended - begun), "end"))
    at = 10
    for state in [
        s for s in LOOKS if any(s == span[0] for lane in lanes for span in lane["spans"])
    ]:
        height, color = LOOKS[state]
        middle = bottom + 36
        parts.append(
            f'<rect x="{at}" y="{middle - height / 2}" width="22" height="{height}" '
            f'fill="{color}"/>'
        )
        parts.append(text(at + 28, middle + 4, state))
        at += 50 + 6.5 * len(state)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 50}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def text(x, y, words, anchor="start"):
    return f'<text x="{x}" y="{y:g}" text-anchor="{anchor}" fill="#010203">{escape(words)}</text>'


def duration(seconds):
    return f"{seconds:.2g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def short(name):
    return name if len(name) <= 22 else f"{name[:10]}…{name[-11:]}"


def tell(lanes):
    """Return the lanes in words: who waited for what, and how often."""
    sentences = []
    for lane in lanes:
        counts = {}
        for state, *_ in lane["spans"]:
            counts[state] = counts.get(state, 0) + (state != RUNS)
        waits = [
            f"{state} {count} time{'s' * (count > 1)}" for state, count in counts.items() if count
        ]
        sentences.append(f"{lane['thread']} {', '.join(waits) or 'runs without waiting'}.")
    return " ".join(sentences)


def main():
    parser = argparse.ArgumentParser(description="Draw what the threads of a program do, and when.")
    parser.add_argument("--json", type=Path, help="where to write the lanes as JSON")
    parser.add_argument("--svg", type=Path, help="where to draw them (timeline.svg)")
    parser.add_argument("program", nargs="?", help="the Python file to run; a sample without one")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    recorder = Recorder()
    record_waits(recorder)
    try:
        recorder.live("MainThread", functools.partial(run, options.program, options.arguments))
    finally:
        lanes = recorder.lanes()
        if options.json:
            options.json.write_text(json.dumps({"lanes": lanes, "words": tell(lanes)}))
        if options.svg or not options.json:
            (options.svg or Path("timeline.svg")).write_text(draw(lanes))


def run(program, arguments):
    if program is None:
        return sample()
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def sample():
    """Two threads that wait for one lock, and for nothing at the same time."""
    lock = threading.Lock()

    def work():
        for _ in range(3):
            with lock:
                time.sleep(0.01)

    threads = [threading.Thread(target=work, name=f"worker {n}") for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
