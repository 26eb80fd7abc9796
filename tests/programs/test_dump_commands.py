"""The commands of the page on incidents, each on a program that hangs: what they print is read."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import load

read_dump = load.program("kit/read_dump")

HUNG = Path(__file__).parent / "hung/queue_join.py"
LOCKED = HUNG.with_name("self_deadlock.py")  # shows only in its source
TRIES = 50  # until its threads stand where they hang
BESIDE = os.pathsep.join([str(load.ROOT / ".venv/bin"), os.environ.get("PATH", "")])
REFUSED = "ermission denied", "not permitted", "ptrace_scope"
UNREAD = "unable to read python frame", "Unable to locate python frame"
TASKS = """
import asyncio
async def save(jobs):
    print("hanging", flush=True)
    await jobs.put(2)
async def main():
    jobs = asyncio.Queue(1)
    await jobs.put(1)
    await asyncio.create_task(save(jobs), name="saving")
asyncio.run(main())
"""
ASKED = """
import threading
jobs = threading.Event()
threading.Thread(target=jobs.wait, daemon=True).start()
print("hanging", flush=True)
while not jobs.wait(0.01):
    pass
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into processes of Linux")


@contextmanager
def hanging(*program):
    with load.process([sys.executable, *program], stdout=subprocess.PIPE, text=True) as child:
        assert any("hanging" in line for line in child.stdout)
        yield child.pid


def first_cause(command, wanted):
    """Return the first cause that is read in what a command prints, when it is the one wanted."""
    for _ in range(TRIES):
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=120
        )
        if any(words in done.stderr for words in REFUSED):
            pytest.skip(f"no right to look into a process: {done.stderr.splitlines()[0]}")
        if done.returncode:
            return f"{done.stdout}\n{done.stderr}"
        causes = read_dump.read(done.stdout, read_dump.on_disk)["causes"]
        if causes and causes[0]["id"] == wanted:
            return wanted
        time.sleep(0.1)
    return done.stdout


@pytest.mark.parametrize(
    ("program", "option", "cause"),
    [
        (HUNG, "--full-filenames", "task-done"),
        (HUNG, "--native", "task-done"),
        (HUNG, "--locals", "task-done"),
        (LOCKED, "--full-filenames", "self-deadlock"),
        (LOCKED, "--json", "self-deadlock"),
    ],
)
def test_py_spy(program, option, cause):
    if not (py_spy := shutil.which("py-spy", path=BESIDE)):
        pytest.skip("py-spy is not installed")
    with hanging(program) as pid:
        answer = first_cause([py_spy, "dump", "--pid", str(pid), option], cause)
    if "Failed to find a python interpreter" in answer:
        pytest.skip("py-spy does not know this build")
    assert answer == cause


def test_gdb():
    program = Path(sys.executable).resolve()
    extension = program.with_name(f"python{sys.version_info[0]}.{sys.version_info[1]}-gdb.py")
    if not shutil.which("gdb"):
        pytest.skip("gdb is not installed")
    if not extension.is_file():
        pytest.skip(f"gdb's extension is not beside {program.name}")
    safe = f"add-auto-load-safe-path {extension.parent}"
    with hanging(HUNG) as pid:
        command = ["gdb", "-iex", safe, "-p", str(pid), "-batch", "-ex", "thread apply all py-bt"]
        answer = first_cause(command, "task-done")
    if any(words in answer for words in UNREAD):
        pytest.skip(f"{program.name} has no symbols for gdb")
    assert answer == "task-done"


@pytest.mark.skipif(sys.version_info < (3, 15), reason="profiling.sampling is of 3.15")
def test_profiling_sampling():
    with hanging(HUNG) as pid:
        command = [sys.executable, "-m", "profiling.sampling", "dump", "-a", str(pid)]
        assert first_cause(command, "task-done") == "task-done"


@pytest.mark.skipif(sys.version_info < (3, 14), reason="asyncio's ps and pstree are of 3.14")
@pytest.mark.parametrize("view", ["ps", "pstree"])
def test_asyncio(view):
    with hanging("-c", TASKS) as pid:
        command = [sys.executable, "-m", "asyncio", view, str(pid)]
        assert first_cause(command, "queue-full") == "queue-full"


@pytest.mark.skipif(sys.version_info < (3, 14), reason="sys.remote_exec is of 3.14")
def test_remote_exec(tmp_path):
    script, dump = tmp_path / "dump.py", tmp_path / "dump.txt"
    script.write_text(
        f"import faulthandler\nwith open({str(dump)!r}, 'w') as file:\n"
        "    faulthandler.dump_traceback(file)\n    file.write('end')\n"
    )
    with hanging("-c", ASKED) as pid:
        try:
            sys.remote_exec(pid, script)
        except PermissionError as error:
            pytest.skip(f"no right to look into a process: {error}")
        for _ in range(20 * TRIES):
            if dump.is_file() and dump.read_text("utf-8").endswith("end"):
                break
            time.sleep(0.05)
    found = read_dump.read(dump.read_text("utf-8"), read_dump.on_disk)
    assert found["causes"][0]["id"] == "event"
    assert found["groups"][-1]["words"] == "runs the script that wrote this dump"


def test_the_signal(tmp_path):
    dump = tmp_path / "dump.txt"
    start = (
        "import faulthandler, runpy, signal, sys\n"
        "faulthandler.register(signal.SIGUSR1, file=open(sys.argv[1], 'w'))\n"
        f"runpy.run_path({str(HUNG)!r})\n"
    )
    ask = "import os, sys; os.kill(int(sys.argv[1]), 10); print(open(sys.argv[2]).read())"
    with hanging("-c", start, dump) as pid:
        command = [sys.executable, "-c", ask, str(pid), dump]
        assert first_cause(command, "task-done") == "task-done"
