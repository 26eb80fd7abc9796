"""Dumps of programs that hang, made by each build: the reader names the cause."""

import ast
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

import load

read_dump = load.program("kit/read_dump")

HUNG = Path(__file__).parent / "hung"
DUMPS = HUNG.with_name("dumps")
NEEDS = {"anyio_connections": ("anyio", "sqlalchemy")}
POSIX = {"fork_logging", "dns", "queue_in_handler"}
LONG = 30  # seconds until a program that does not hang as it should is ended
PROGRAMS = {
    path.stem: ast.get_docstring(ast.parse(path.read_text("utf-8")))
    .rpartition("Cause: ")[2]
    .split(" or ")
    for path in sorted(HUNG.glob("*.py"))
    if not (path.stem in POSIX and os.name == "nt")
    and all(map(find_spec, NEEDS.get(path.stem, ())))
}


def dump(name, folder):
    """Start a program, and return its dump when it does not change any more."""
    for _ in range(3):  # the watchdog reads stacks while they change, and that can end a process
        if text := _dump(name, folder):
            return text
    raise AssertionError(f"{name}: does not hang, or its threads move on")


def _dump(name, folder):
    file, child_file = folder / name, folder / f"{name}.child"
    file.unlink(missing_ok=True)
    environment = os.environ | {
        "no_proxy": "*",
        "PYTHONPATH": str(HUNG / "startup"),
        "DUMPS": str(file),
    }
    command = [sys.executable, HUNG / f"{name}.py"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with load.process(command, cwd=folder, env=environment, **options) as child:
        watch = threading.Timer(LONG, child.kill)
        watch.start()
        started = any("hanging" in line for line in child.stdout)
        try:
            return _stable(file, child_file, child) if started else None
        finally:
            watch.cancel()
            if child_file.exists():
                os.kill(_child(child.pid), signal.SIGKILL)


def _stable(file, child_file, child):
    """Return what two dumps in a row say after the program has said that it hangs."""
    marked = len(file.read_text("utf-8"))
    while child.poll() is None:
        forked = child_file.exists()
        text = (child_file if forked else file).read_text("utf-8")
        dumps = text[0 if forked else marked :].split("Timeout")[1:-1]  # the last may be half
        if len(dumps) > 1 and dumps[-1] == dumps[-2]:
            return "Timeout" + dumps[-1]
        time.sleep(0.05)
    return None


def _child(pid):
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


@pytest.fixture(scope="module")
def dumps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dumps")
    with ThreadPoolExecutor(12) as pool:  # they wait more than they compute
        made = pool.map(lambda name: dump(name, folder), PROGRAMS)
        return dict(zip(PROGRAMS, made, strict=True))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_cause_is_named_first(name, dumps):
    found = read_dump.read(dumps[name], read_dump.on_disk)
    assert found["causes"], dumps[name]
    assert found["causes"][0]["id"] in PROGRAMS[name], dumps[name]


def test_a_wrong_cause_is_never_called_certain(dumps):
    for name, text in dumps.items():
        for source in read_dump.on_disk, lambda file: []:
            first, *_ = read_dump.read(text, source)["causes"]
            assert first["certainty"] != "certain" or first["id"] in PROGRAMS[name], name


def test_without_the_sources_a_cause_is_found_in_most(dumps):
    found = {name: read_dump.read(text)["causes"] for name, text in dumps.items()}
    assert all(found.values())
    right = [name for name in found if found[name][0]["id"] in PROGRAMS[name]]
    assert len(right) > 0.7 * len(dumps)


def test_idle_workers_are_set_aside():
    text = (DUMPS / "py_spy.txt").read_text("utf-8")
    *shown, idle = read_dump.read(text)["groups"]
    assert [group["aside"] for group in shown] == [False, False]
    assert (idle["wait"], idle["count"], idle["aside"]) == ("pool.idle", 2, True)


def test_who_could_hold_a_lock_is_told():
    lines = (HUNG / "join_holding.py").read_text("utf-8").splitlines()
    text = (DUMPS / "join_holding.txt").read_text("utf-8")
    (holder,) = read_dump.read(text, lambda file: lines)["holders"]
    assert holder["wants"] == "/srv/shop/join_holding.py:13 in save"
    assert "join_holding.py:20 in <module> (by the source)" in holder["could"][0]


FIRST = {
    "aborted.txt": "event",
    "anyio_connections.txt": "anyio-connections",
    "data_loader.txt": "dataloader",
    "eventlet.txt": "queue-full",
    "fatal.txt": "buffered-busy",
    "fork_flush.txt": "fork-lock",
    "fork_logging.txt": "fork-logging",
    "frames.txt": "loop-blocked",
    "gdb.txt": "lock-library",
    "gdb_bt.txt": "queue-get",
    "import_lock.txt": "import-lock",
    "interrupted.txt": "join",
    "join_holding.txt": "alone",
    "leak.txt": "leak",
    "lock_order.txt": "locks",
    "logged.txt": "dns",
    "message.txt": "message",
    "pipe_send.txt": "pipe-send",
    "pool.txt": "pool-waits-for-itself",
    "popen.txt": "popen",
    "ps.txt": "event",
    "pstree.txt": "queue-full",
    "py_spy.json": "task-done",
    "py_spy.txt": "burns",
    "py_spy_native.txt": "lock-library",
    "py_spy_short.txt": "pool-waits-for-itself",
    "pytest_signal.txt": "task-done",
    "pytest_timeout.txt": "server-shutdown",
    "queue_join_3.15.txt": "task-done",
    "reactor.txt": "loop-blocked",
    "run_waits.txt": "child",
    "sampling.txt": "exit-queue",
    "windows.txt": "loop-idle",
    "without_head.txt": "loop-blocked",
}


@pytest.mark.parametrize("name", sorted(path.name for path in DUMPS.iterdir()))
def test_each_format_is_read(name):
    found = read_dump.read((DUMPS / name).read_text("utf-8"))
    assert [found["causes"][0]["id"]] == [FIRST[name]], list(read_dump.report(found))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing to read"),
        ("It hangs!", "No stack of Python"),
        (
            "Thread 0x0a (most recent call first):\n"
            '  File "/usr/lib/python3.8/concurrent/futures/thread.py", line 78 in _worker\n',
            "the thread that matters is missing",
        ),
        ("goroutine 1 [chan receive]:\nmain.main()\n", "a dump of Go"),
        ("   java.lang.Thread.State: WAITING\n", "a dump of Java"),
        ("#0  0x00007f in futex_wait () from libc.so.6\n", "a stack of C"),
        ("Thread 3:\n0   libsystem.dylib  0x00007fff6b __psynch_cvwait + 10\n", "a stack of C"),
        ('[{"pid": 1, "frames": [{"name": "f"', "cut off in the middle"),
        ('Thread 0x0a (most recent call first):\n  File "a.py", line 3 in f\n  File "b', "cut off"),
    ],
)
def test_what_cannot_be_read_gets_a_clear_answer(text, words):
    assert words in " ".join(read_dump.read(text)["remarks"])


def test_a_signal_that_was_sent_is_no_crash_of_c_code():
    sent = read_dump.read((DUMPS / "aborted.txt").read_text("utf-8"))["causes"]
    assert [cause["id"] for cause in sent] == ["event", "futures", "aborted"]
    called = "Fatal Python error: Aborted\n\nCurrent thread 0x0a (most recent call first):\n"
    frame = '  File "/usr/lib/python3.8/site-packages/grpc/_channel.py", line 1478 in __init__\n'
    assert read_dump.read(called + frame)["causes"][0]["id"] == "crash"


def test_the_last_of_several_dumps_is_read():
    text = (DUMPS / "pool.txt").read_text("utf-8")
    assert (
        "There are 2 dumps; the last one is read. 3 of its 3 threads stand"
        in (read_dump.read(text * 2)["remarks"][0])
    )


def test_the_command_reads_a_file_or_what_is_piped_in(tmp_path):
    path = DUMPS / "pool.txt"
    for command, given in ([path], None), ([], path.read_text("utf-8")):
        done = subprocess.run(
            [sys.executable, read_dump.__file__, *command],
            input=given, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Likely: Tasks of a pool wait for tasks of their own pool" in done.stdout
        assert "read guide/pools.md#deadlock" in done.stdout


def test_the_command_tells_by_its_exit_code(tmp_path, capsys):
    path = tmp_path / "dump.txt"
    path.write_text('Thread 0x0a (most recent call first):\n  File "\x1b[2J.py", line 3 in f\n')
    assert read_dump.main(["--no-source", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    path.write_text("")
    assert read_dump.main(["--json", str(path)]) == 1
    assert read_dump.main(["--wrong"]) == 2


def test_only_python_files_are_looked_into(tmp_path):
    (tmp_path / "a.txt").write_text("secret")
    (tmp_path / "a.py").write_text("with lock:\n")
    assert read_dump.on_disk(str(tmp_path / "a.txt")) == []
    assert read_dump.on_disk(str(tmp_path)) == []
    assert read_dump.on_disk("\0.py") == []
    assert read_dump.on_disk(str(tmp_path / "a.py")) == ["with lock:"]
