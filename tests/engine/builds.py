"""Find the CPython builds of this machine and what each can do.

findpython was tried: it starts each program, too, and then each has to be started once more
to tell its platform and its packages; and it takes no folders beside its own.
"""

import functools
import itertools
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
WANTED = tuple(v + t for v in VERSIONS for t in ("", "t") if t == "" or v >= "3.13")
# Those of requirements.in that pages use; some have no wheel for some builds.
PACKAGES = (
    "boto3",
    "celery",
    "cython",
    "distributed",
    "django",
    "fakeredis",
    "fastapi",
    "flask",
    "freezegun",
    "frontrun",
    "greenlet",
    "grpcio",
    "gunicorn",
    "httpx",
    "joblib",
    "lxml",
    "matplotlib",
    "numpy",
    "opencv-python-headless",
    "pandas",
    "paramiko",
    "pillow",
    "polars",
    "pyarrow",
    "pyside6-essentials",
    "pytest-run-parallel",
    "redis",
    "sqlalchemy",
    "streamlit",
    "tokenizers",
    "tqdm",
    "twisted",
    "uvicorn",
)

PROBE = """
import importlib.metadata, json, platform, re, shutil, sys, sysconfig
from pathlib import Path
named = {re.sub("[-_.]+", "-", d.metadata["Name"]).lower(): d.version
         for d in importlib.metadata.distributions()}
headers = Path(sysconfig.get_path("include"), "Python.h")
print(json.dumps({
    "implementation": platform.python_implementation(),
    "program": sys.executable,
    "version": platform.python_version(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "platform": {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform),
    "details": sys.version,
    "compiler": all(map(shutil.which, ("cc", "c++"))) and headers.exists(),
    "packages": named,
}))
"""


UV = shutil.which("uv", path=Path(sys.executable).parent) or "uv"


class NoBuild(Exception):
    """A program that the guide cannot run on; the message says why in one line."""


@dataclass(frozen=True)
class Build:
    """One CPython build: its program, its full version, and whether it can run without the GIL."""

    program: str
    version: str
    free_threaded: bool
    platform: str
    details: str
    packages: dict[str, str] = field(default_factory=dict, hash=False)
    compiler: bool = False  # whether the machine can build an extension: cc, c++, Python.h

    @property
    def name(self):
        """Minor version as the guide writes it, such as "3.13" or "3.13t"."""
        return self.version.rpartition(".")[0] + "t" * self.free_threaded

    def about(self):
        """Return what identifies the build, without where it lies on this machine."""
        return {"name": self.name} | {k: v for k, v in asdict(self).items() if k != "program"}

    def has(self, distribution):
        """Tell whether it is installed; PySide6_Essentials is pyside6-essentials."""
        return distribution.lower() in self.packages

    def offers(self, need):
        """Tell whether `need`, one of those that fences.py knows, is met."""
        met = {
            "compiler": self.compiler,
            "free-threaded": self.free_threaded,
            "gil": not self.free_threaded,
            "linux": self.platform == "linux",
            "posix": self.platform != "windows",
        } | {name: self.has(name) for name in PACKAGES}
        return met[need] if need in met else _minor(self.version) >= _minor(need)


def _minor(version):
    return int(version.split(".")[1])


def examine(program):
    """Return the Build behind `program`; raise NoBuild if the guide cannot run on it."""
    try:
        answer = subprocess.run(
            [program, "-Ic", PROBE], capture_output=True, text=True, timeout=120
        )
        facts = dict(json.loads(answer.stdout))
        implementation = facts.pop("implementation")
    except (OSError, subprocess.TimeoutExpired, ValueError, LookupError, TypeError):
        raise NoBuild(f"{program}: not a Python that starts") from None
    if implementation != "CPython":
        raise NoBuild(f"{program}: {implementation}, not CPython")
    build = Build(**facts)
    if build.version.startswith("2.") or _minor(build.version) < _minor(VERSIONS[0]):
        raise NoBuild(f"{program}: CPython {build.version}, older than {VERSIONS[0]}")
    return build


@functools.cache
def this():
    """Return the build that this process runs on."""
    return examine(sys.executable)


@functools.cache
def found():
    """Return one Build for each name in WANTED that this machine has, oldest first."""
    programs = [
        str(program)
        for place, name in itertools.product(_places(), WANTED)
        if (program := place if place.is_file() else place / f"python{name}").is_file()
    ]
    with ThreadPoolExecutor() as pool:
        by_name = {this().name: this()}
        for build in pool.map(_examined, dict.fromkeys(programs)):
            if build and build.name in WANTED:
                by_name.setdefault(build.name, build)
    return [by_name[name] for name in WANTED if name in by_name]


def _places():
    """Yield the folders and programs to look at: PYTHONS, PATH, pyenv's, uv's, and /opt."""
    for variable in "PYTHONS", "PATH":
        yield from map(Path, filter(None, os.environ.get(variable, "").split(os.pathsep)))
    home = Path(os.path.expanduser("~"))  # Path.home raises for a user without one
    pyenv = os.environ.get("PYENV_ROOT", home / ".pyenv")
    yield from sorted(Path(pyenv, "versions").glob("*/bin"))
    for pattern in "*/bin", "*/":  # Windows has no bin
        yield from sorted(_managed().glob(pattern))
    yield from sorted(Path("/opt").glob("*/bin"))


def _managed():
    """Return the folder in which uv keeps the builds that it has fetched."""
    try:
        answer = subprocess.run([UV, "python", "dir"], capture_output=True, text=True)
    except FileNotFoundError:
        return Path(os.devnull)
    return Path(answer.stdout.strip() or os.devnull)


def _examined(program):
    try:
        return examine(program)
    except NoBuild:  # such as a shim of a version that is not installed
        return None


def chosen(words):
    """Return the builds that `words` ask for: "own", "all", or names and programs with commas."""
    if words in {"own", "all"}:
        return [this()] if words == "own" else found()
    builds = [_named(word) for word in words.replace(" ", ",").split(",") if word]
    return sorted(builds, key=lambda build: (_minor(build.version), build.free_threaded))


def _named(word):
    if word not in WANTED:
        return examine(word)
    for build in found():
        if build.name == word:
            return build
    raise NoBuild(f"{word}: not found on this machine; PYTHONS names folders to look into")


def suitable(needs, preferred):
    """Return `preferred` if it meets all `needs`, else the oldest build that does, else None."""
    candidates = itertools.chain([preferred], found() if needs else [])
    return next((b for b in candidates if all(map(b.offers, needs))), None)


def fetch():
    """Fetch with uv each build of WANTED that this machine lacks; one line for each."""
    there = {build.name: build for build in found()}
    if not shutil.which(UV):
        sys.exit("uv is not installed: make pythons installs it into .venv")
    for name in WANTED:
        if name in there:
            print(f"{name}: {there[name].program}")
            continue
        answer = subprocess.run(
            [UV, "python", "install", "--no-bin", name],
            capture_output=True,
            text=True,
        )
        said = [line.strip() for line in answer.stderr.splitlines() if line.strip()]
        reason = said[-1].removeprefix("cause: ") if said else "uv gave no reason"
        print(f"{name}: {'not fetched: ' + reason if answer.returncode else 'fetched'}")


if __name__ == "__main__":
    fetch()
