"""Record what each thread of a program did: had a core, was ready for one, or waited, and when.

Usage: python timeline.py [--json FILE] [--svg FILE] program.py [argument …]

Runs the program and draws a lane for each of its threads; without options, into
timeline.svg. Threads that have not ended have one, too: Ctrl-C draws a program that hangs,
and who holds the lock that another waits for. Sees waits in `threading`, `queue`,
`concurrent.futures`, `time.sleep`, sockets and child processes; a wait inside other C code
looks like a thread that is ready and gets no core. Time on a core is read from each
thread's CPU clock, on systems that have one (not macOS, not Windows). timeline_recorder.py
and timeline_picture.py have to lie beside this file.
"""

import _thread
import argparse
import atexit
import functools
import json
import os
import runpy
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from timeline_picture import Lane, draw, tell, used
from timeline_recorder import Recorder, record_waits


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw what the threads of a program do, and when.")
    parser.add_argument("--json", type=Path, help="where to write the lanes as JSON")
    parser.add_argument("--svg", type=Path, help="where to draw them (timeline.svg)")
    parser.add_argument("program", nargs="?", help="the Python file to run; a sample without one")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.program and not Path(options.program).is_file():
        parser.error(f"there is no file {options.program}")
    svg = options.svg or (None if options.json else Path("timeline.svg"))
    targets = [path and path.resolve() for path in (svg, options.json)]  # wherever it goes
    for path in targets:
        if path and not os.access(path.parent, os.W_OK):
            parser.error(f"cannot write {path}")
    recorder, process = Recorder(), os.getpid()

    def finish() -> None:
        if os.getpid() == process:  # and no fork of it
            write(recorder.interrupted or recorder.lanes(), *targets)

    def interrupt(*_: object) -> None:
        recorder.interrupted = recorder.lanes()  # before `with` blocks release their locks
        if recorder.lives and recorder.lives[0].ended is not None:
            end()  # main has ended, and Python waits for the threads
        raise KeyboardInterrupt

    def end() -> None:
        finish()
        sys.stdout.flush()
        os._exit(130)  # Python would wait for the threads that hang

    atexit.register(finish)  # Python has then waited for all threads that are no daemons
    signal.signal(signal.SIGINT, interrupt)
    _thread.start_new_thread(recorder.look, ())  # a threading.Thread would be counted
    # The program may have no thread beside that one.
    warnings.filterwarnings("ignore", r".* is multi-threaded, use of fork", DeprecationWarning)
    record_waits(recorder)
    run: Callable[[], object] = sample
    if options.program:
        sys.argv = [options.program, *options.arguments]
        sys.path[0] = str(Path(options.program).parent)
        run = functools.partial(runpy.run_path, options.program, run_name="__main__")
    try:
        recorder.live(threading.main_thread(), run)
    except KeyboardInterrupt:
        traceback.print_exc()
        end()
    recorder.interrupted = None  # the program has dealt with it


def sample() -> None:
    """Two threads that wait for one lock, and for nothing at the same time."""
    lock = threading.Lock()

    def work() -> None:
        for _ in range(3):
            with lock:
                time.sleep(0.01)

    threads = [threading.Thread(target=work, name=f"worker {n}") for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write(lanes: list[Lane], svg: Path | None, record: Path | None) -> None:
    if record:
        found = {
            "lanes": [lane._asdict() for lane in lanes],
            "words": tell(lanes),
            "cores": os.cpu_count(),
            "used": used(lanes),
        }
        record.write_text(json.dumps(found))
    if svg:
        svg.write_text(draw(lanes))


if __name__ == "__main__":
    main()
