"""Dumps of programs that hang, made by each build: the reader names the cause."""

import ast
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

import load
from engine import ROOT

read_dump = load.program("kit/read_dump")

HUNG = Path(__file__).parent / "hung"
NEEDS = {"anyio_connections": ("anyio", "sqlalchemy")}
POSIX = {"fork_logging", "dns", "queue_in_handler"}
LONG = 30  # seconds until a program that does not hang as it should fails its test
PROGRAMS = {
    path.stem: ast.get_docstring(ast.parse(path.read_text("utf-8"))).rpartition("Cause: ")[2]
    for path in sorted(HUNG.glob("*.py"))
    if not (path.stem in POSIX and os.name == "nt")
    and all(map(find_spec, NEEDS.get(path.stem, ())))
}


def dump(name, folder):
    """Start a program, and return its dump when it does not change any more."""
    file = folder / name
    environment = os.environ | {"no_proxy": "*", "PYTHONPATH": str(HUNG / "startup"), "DUMPS": str(file)}
    command = [sys.executable, HUNG / f"{name}.py"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with load.process(command, cwd=folder, env=environment, **options) as child:
        watch = threading.Timer(LONG, child.kill)
        watch.start()
        line = next((line for line in child.stdout if "hanging" in line), None)
        watch.cancel()
        assert line, f"{name}: does not hang"
        child_file = folder / f"{name}.child"
        deadline = time.monotonic() + LONG
        marked = None
        while time.monotonic() < deadline:
            now = child_file if child_file.exists() else file
            text = now.read_text("utf-8")
            marked = len(text) if marked is None else marked
            dumps = text[marked:].split("Timeout")[1:-1]  # the last one may not be complete
            if len(dumps) > 1 and dumps[-1] == dumps[-2]:
                if now is child_file:
                    os.kill(_child(child.pid), 9)
                return "Timeout" + dumps[-1]
            time.sleep(0.05)
    raise AssertionError(f"{name}: its threads move on")


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
    assert found["causes"][0]["id"] == PROGRAMS[name], dumps[name]
