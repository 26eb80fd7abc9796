"""Run a piece of code as a reader would: a script, in a fresh interpreter, to its end."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine import ROOT, inputs

TERMINAL = Path(__file__).parent / "terminal"
# Some builds come without compiled modules; compiling them in each run takes half of its time.
BYTECODE = ROOT / ".cache" / "bytecode"

# What a run keeps of this process's environment. Anything else, such as CI, FORCE_COLOR or a
# proxy, could make it print what no reader sees.
KEPT = {"LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ"}
KEPT |= {"COMSPEC", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE"}  # on Windows

_running = set()


def let_ctrl_c_through():
    """Let what this process starts see Ctrl-C: a shell starts background jobs without."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Run:
    """What a run printed (stdout and stderr as a terminal mixes them) and how it ended."""

    output: str
    returncode: int
    in_time: bool = True


def run(
    path,
    python,
    *,
    code=None,
    language="python",
    deadline=30,
    environment=None,
    under=(),
    arguments=(),
):
    """Run `code`, or the file itself, under the name `path` (relative to the repository).

    The working directory is new and empty but for the file and the programs that it reads,
    and so are the places for temporary files and for what belongs to a user. After
    `deadline` seconds every process of the run is killed; a Python process first
    prints where each of its threads stands. `under` names a Python program that is to run
    it, with its options; `arguments` are the program's own.
    """
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        home = Path(folder).resolve()
        folder = home / "work"
        folder.mkdir()
        for program in inputs.programs(code, path if code is None else None):
            _place(folder, program.relative_to(ROOT)).write_bytes(program.read_bytes())
        if code is not None:
            _place(folder, Path(path).relative_to(Path(path).anchor)).write_text(code, "utf-8")
        start = [python, *under] if language == "python" else ["sh", "-eu"]
        command = [*start, str(path), *arguments]
        environment = _environment(_folder_of(python, home), home, environment)
        result = _finish(command, folder, deadline, environment)
        shutil.rmtree(BYTECODE / home.relative_to(home.anchor), ignore_errors=True)
        output = result.output.replace(f"{folder}{os.sep}", "").replace(f"{ROOT}{os.sep}", "")
        return Run(output, result.returncode, result.in_time)


def _place(folder, path):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def stop_all():
    """Kill every run that has not ended."""
    for process in list(_running):
        kill(process)


def _folder_of(python, home):
    """Return a folder in which `python` is that interpreter; some are python3.15 alone."""
    folder = Path(python).parent
    if os.name == "posix" and not (folder / "python").exists():
        folder = home / "bin"
        folder.mkdir()
        (folder / "python").write_text(f'#!/bin/sh\nexec "{python}" "$@"\n')
        (folder / "python").chmod(0o755)
    return folder


def _environment(programs, home, extra):
    """Return the environment of a run: a reader's, with the terminal's habits and `extra`."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in KEPT}
    return (
        kept
        | {
            "HOME": str(home),
            "TMPDIR": str(home),
            "PATH": os.pathsep.join([str(programs), kept.get("PATH", os.defpath)]),
            "PYTHONPATH": str(TERMINAL),
            "PYTHONFAULTHANDLER": "1",
            "PYTHONUTF8": "1",
            # Only those that a block names: one library's plugin changes what all others print.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
        }
        | (extra or {})
    )


def _finish(command, folder, deadline, environment):
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        start_new_session=True,
    )
    _running.add(process)
    try:
        output, _ = process.communicate(timeout=deadline)
        return Run(output, process.returncode)
    except subprocess.TimeoutExpired:
        if os.name == "posix":  # Windows has the signal, too, but sends none
            process.send_signal(signal.SIGABRT)
        try:
            output, _ = process.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            kill(process)
            output = _rest(process)
        return Run(output, process.returncode, in_time=False)
    finally:
        kill(process)
        _running.discard(process)


def _rest(process):
    """Return what a killed run printed; a process that left its group may hold its output open."""
    try:
        return process.communicate(timeout=2)[0]
    except subprocess.TimeoutExpired as held:
        process.stdout.close()
        return (held.output or b"").decode("utf-8", "backslashreplace")


def kill(process):
    """Kill the run and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    except AttributeError:  # Windows has no process groups to kill
        process.kill()
