"""What examples/recipes/killable.py promises, also when the function hangs or crashes."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/recipes/killable.py"
LONG = 60  # seconds until a test that hangs fails

sys.path.insert(0, str(PROGRAM.parent))  # where the processes find the module, too
import killable  # noqa: E402


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert multiprocessing.active_children() == []


class Awkward(Exception):
    """An exception that can be pickled and cannot be unpickled."""

    def __init__(self, first, second):
        super().__init__(first)


def raise_awkward():
    raise Awkward(1, 2)


def nested_too_deeply():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def close_all_files_and_hang():
    os.closerange(3, 256)
    killable.hang()


def write_half_and(end, *args):
    """Let this process write the half of its answer, and then do what `end` does."""
    write = Path.write_bytes

    def write_half(path, content):
        write(path, content[: len(content) // 2])
        end(*args)

    Path.write_bytes = write_half
    return "an answer"


def leave_a_process(pids, end, *args):
    """Leave a process that has all that this one has open, and do what `end` does."""
    pid = os.fork()
    if pid == 0:
        time.sleep(LONG)
        os._exit(0)
    pids.with_suffix(".new").write_text(str(pid))
    pids.with_suffix(".new").replace(pids)
    return end(*args)


def answer_and_hang():
    threading.Thread(target=killable.hang).start()
    print("printed")
    return "an answer"


def test_returns_what_the_function_returns_in_another_process():
    assert killable.call(pow, 2, 10, timeout=LONG) == 1024
    assert killable.call(os.getpid, timeout=LONG) != os.getpid()


def test_a_large_result_arrives_whole():
    assert killable.call(bytes, 10**7, timeout=LONG) == bytes(10**7)


def test_raises_what_the_function_raises_with_its_traceback():
    with pytest.raises(ValueError, match="invalid literal") as caught:
        killable.call(int, "two", timeout=LONG)
    assert "in _answer" in caught.value.__notes__[0]


def test_an_exit_of_the_function_is_an_exception_like_any_other():
    with pytest.raises(SystemExit):
        killable.call(sys.exit, 3, timeout=LONG)


def test_a_function_that_hangs_is_killed():
    with pytest.raises(TimeoutError, match=r"killed after 0\.3 s"):
        killable.call(killable.hang, timeout=0.3)


def test_stop_kills_it_before_the_timeout():
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        futures = [
            pool.submit(killable.call, killable.hang, timeout=LONG, stop=stop) for _ in range(2)
        ]
        stop.set()
        for future in futures:
            assert isinstance(future.exception(LONG), killable.Stopped)


@pytest.mark.parametrize(
    ("function", "args", "code"),
    [(os._exit, (3,), "3"), (os.abort, (), "-6"), (signal.raise_signal, (9,), "-9")],
)
def test_a_crash_is_reported_with_its_exit_code(function, args, code):
    with pytest.raises(killable.Died, match=f"exit code {code}$"):
        killable.call(function, *args, timeout=LONG)


def test_a_function_that_closes_all_files_and_hangs_is_killed():
    with pytest.raises(TimeoutError):
        killable.call(close_all_files_and_hang, timeout=1)


def test_a_process_that_ends_in_the_middle_of_its_answer_is_reported():
    with pytest.raises(killable.Died, match=r"exit code 4$"):
        killable.call(write_half_and, os._exit, 4, timeout=LONG)


def test_a_process_that_hangs_in_the_middle_of_its_answer_is_killed():
    with pytest.raises(TimeoutError, match=r"killed after 1 s"):
        killable.call(write_half_and, killable.hang, timeout=1)


def test_stop_kills_it_in_the_middle_of_its_answer(tmp_path):
    stop, begun = threading.Event(), tmp_path / "begun"
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(
            killable.call, write_half_and, touch_and_hang, begun, timeout=LONG, stop=stop
        )
        while not (begun.exists() or call.done()):
            time.sleep(0.01)
        stop.set()
        assert isinstance(call.exception(LONG), killable.Stopped)


def touch_and_hang(path):
    path.touch()
    killable.hang()


def test_an_answer_counts_when_a_thread_keeps_the_process_alive():
    assert killable.call(answer_and_hang, timeout=LONG) == "an answer"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(
    ("function", "args", "expected"),
    [(os._exit, (3,), killable.Died), (killable.hang, (), killable.Stopped), (pow, (2, 3), 8)],
)
def test_a_process_that_is_left_behind_keeps_nobody_waiting(tmp_path, function, args, expected):
    pids, stop = tmp_path / "pid", threading.Event()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(
            killable.call, leave_a_process, pids, function, *args, timeout=LONG, stop=stop
        )
        while not (pids.exists() or call.done()):
            time.sleep(0.01)
        if expected is killable.Stopped:
            stop.set()
        try:
            answer = type(call.exception(LONG)) if call.exception(LONG) else call.result()
        finally:
            os.kill(int(pids.read_text()), signal.SIGKILL)
    assert answer == expected


def test_no_file_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(killable.tempfile, "tempdir", str(tmp_path))
    assert killable.call(pow, 2, 3, timeout=LONG) == 8
    with pytest.raises(killable.Died):
        killable.call(write_half_and, os._exit, 4, timeout=LONG)
    assert [*tmp_path.iterdir()] == []


def test_a_lock_of_multiprocessing_is_refused():
    with pytest.raises(RuntimeError, match="only be shared between processes through inheritance"):
        killable.call(repr, killable.SPAWN.Lock(), timeout=LONG)


def test_what_cannot_be_sent_there_is_refused():
    with pytest.raises((pickle.PicklingError, AttributeError)):
        killable.call(lambda: 1, timeout=LONG)
    with pytest.raises(TypeError, match="cannot pickle"):
        killable.call(len, threading.Lock(), timeout=LONG)


def test_what_cannot_be_sent_back_is_said():
    with pytest.raises(RuntimeError, match="cannot be sent back: <unlocked") as caught:
        killable.call(threading.Lock, timeout=LONG)
    assert "cannot pickle" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match=r"cannot be sent back: Awkward\(1\)"):
        killable.call(raise_awkward, timeout=LONG)
    with pytest.raises(RuntimeError, match="cannot be sent back: <list object at"):
        killable.call(nested_too_deeply, timeout=LONG)


def test_many_threads_may_call_at_once():
    with ThreadPoolExecutor(4) as pool:
        squares = pool.map(lambda n: killable.call(pow, n, 2, timeout=LONG), range(8))
        assert list(squares) == [n * n for n in range(8)]


def test_large_arguments_arrive_whole():
    assert killable.call(len, bytes(10**7), timeout=LONG) == 10**7


@dataclass(frozen=True)
class Frozen(Exception):
    """An exception that takes no notes and cannot be unpickled."""

    code: int


def raise_frozen():
    raise Frozen(3)


def test_an_exception_that_takes_no_notes_is_told_all_the_same():
    with pytest.raises(RuntimeError, match=r"cannot be sent back: Frozen\(code=3\)"):
        killable.call(raise_frozen, timeout=LONG)


def test_what_cannot_be_unpickled_there_is_raised_here():
    with pytest.raises(TypeError, match="missing 1 required"):
        killable.call(repr, Awkward(1, 2), timeout=LONG)


def crash_while_loaded():
    os._exit(5)


class CrashesWhileLoaded:
    def __reduce__(self):
        return crash_while_loaded, ()


def test_a_process_that_dies_before_it_calls_is_reported():
    with pytest.raises(killable.Died, match=r"exit code 5$"):
        killable.call(len, CrashesWhileLoaded(), bytes(10**7), timeout=LONG)


HANGS_AT_IMPORT = """
import killable, threading

if __name__ != "__main__":
    killable.hang()  # as an import does that waits for a network, in the process alone

def main():
    for size in 10, 10_000_000:
        try:
            killable.call(len, bytes(size), timeout=1)
        except TimeoutError as error:
            print(size, error)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    try:
        killable.call(len, bytes(10_000_000), timeout=60, stop=stop)
    except killable.Stopped:
        print("stopped")

if __name__ == "__main__":
    main()
"""


def test_an_import_that_hangs_is_killed_however_large_the_arguments_are(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(HANGS_AT_IMPORT)
    answer = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(PROGRAM.parent)},
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert answer.stdout == "10 killed after 1 s\n10000000 killed after 1 s\nstopped\n"
    assert (answer.returncode, answer.stderr) == (0, "")


INTERRUPTED = """
import killable, multiprocessing, os, sys

def main():
    print("ready", flush=True)
    try:
        killable.call(killable.hang, timeout=60)
    except KeyboardInterrupt:
        print("left:", multiprocessing.active_children())

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads masks in /proc")
def test_ctrl_c_kills_the_process_and_passes_on(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED)
    with load.process(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(PROGRAM.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        _wait_for_a_child_that_hangs(process.pid)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to both processes
        output, _ = process.communicate(timeout=LONG)
    assert output == "left: []\n"
    assert process.returncode == 0


def _wait_for_a_child_that_hangs(pid):
    """Return once a child of `pid` ignores Ctrl-C, as it does while it calls the function."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            try:
                status = Path(f"/proc/{child}/status").read_text()
                command = Path(f"/proc/{child}/cmdline").read_text()
            except OSError:
                continue
            ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
            if "spawn_main" in command and ignored & 1 << signal.SIGINT - 1:
                return
        time.sleep(0.01)
    raise AssertionError("no child calls the function")
