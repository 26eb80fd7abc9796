"""Find the CPython builds of this machine and what each can do.

findpython was tried: it starts each program, too, and then each has to be started once more
to tell its platform and its packages; and it takes no folders beside its own.
"""

import functools
import itertools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
WANTED = tuple(v + t for v in VERSIONS for t in ("", "t") if t == "" or v >= "3.13")
PACKAGES = ("distributed", "frontrun")  # have no wheel for some builds
FOLDERS = ("~/.pyenv/versions/*/bin", "/opt/pythons/bin")

PROBE = f"""
import importlib.util, json, platform, sys, sysconfig
print(json.dumps({{
    "implementation": platform.python_implementation(),
    "program": sys.executable,
    "version": platform.python_version(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "platform": {{"win32": "windows", "darwin": "macos"}}.get(sys.platform, sys.platform),
    "details": sys.version,
    "packages": [name for name in {PACKAGES} if importlib.util.find_spec(name)],
}}))
"""


@dataclass(frozen=True)
class Interpreter:
    """One CPython build: its program, its full version, and whether it can run without the GIL."""

    program: str
    version: str
    free_threaded: bool
    platform: str
    details: str
    packages: tuple[str, ...] = ()

    @property
    def name(self):
        """Minor version as the guide writes it, such as "3.13" or "3.13t"."""
        return self.version.rpartition(".")[0] + "t" * self.free_threaded

    def about(self):
        """Return what identifies the build, without where it lies on this machine."""
        return {"name": self.name} | {
            name: value
            for name, value in asdict(self).items()
            if name not in {"program", "packages"}
        }

    def offers(self, need):
        """Tell whether `need`, one of those that fences.py knows, is met."""
        met = {
            "free-threaded": self.free_threaded,
            "gil": not self.free_threaded,
            "linux": self.platform == "linux",
            "posix": self.platform != "windows",
        } | {name: name in self.packages for name in PACKAGES}
        if need in met:
            return met[need]
        return self._minor(self.version) >= self._minor(need)

    @staticmethod
    def _minor(version):
        return int(version.split(".")[1])


def examine(program):
    """Return the Interpreter behind `program`, or None if it is no CPython that starts."""
    try:
        answer = subprocess.run(
            [program, "-Ic", PROBE], capture_output=True, text=True, timeout=120
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode:
        return None
    facts = json.loads(answer.stdout)
    if facts.pop("implementation") != "CPython":
        return None
    return Interpreter(**facts | {"packages": tuple(facts["packages"])})


def this():
    return examine(sys.executable)


@functools.cache
def found():
    """Return one Interpreter for each name in WANTED that this machine has, oldest first."""
    folders = [Path(f) for f in os.environ.get("PATH", "").split(os.pathsep) if f]
    for pattern in FOLDERS:
        # Path.expanduser raises for a user without a home.
        root, *parts = Path(os.path.expanduser(pattern)).parts
        folders += sorted(Path(root).glob(str(Path(*parts))))
    programs = [
        str(program)
        for folder, name in itertools.product(folders, WANTED)
        if (program := folder / f"python{name}").exists()
    ]
    with ThreadPoolExecutor() as pool:
        by_name = {}
        for interpreter in pool.map(examine, programs):
            if interpreter and interpreter.name in WANTED:
                by_name.setdefault(interpreter.name, interpreter)
    return [by_name[name] for name in WANTED if name in by_name]


def choose(needs, preferred, others=None):
    """Return `preferred` if it meets all `needs`, else the first of `others` that does, else None.

    The others are those of the machine, oldest first, unless given.
    """
    others = found() if others is None and needs else others
    for interpreter in itertools.chain([preferred], others or []):
        if all(interpreter.offers(need) for need in needs):
            return interpreter
    return None
