"""An environment for each build, with only what the blocks import; uv makes them.

tox and nox were tried: both install the project's own tools into each environment, and much
of them does not install on free-threaded builds. Here pytest stays where it is and only the
blocks run elsewhere.
"""

import os
import re
import subprocess
from dataclasses import replace

from engine import ROOT, builds

FOLDER = ROOT / ".cache" / "builds"
LOCK = ROOT / "requirements.txt"
IMPORTED = ("requests", "pytest")  # by blocks and by tests of programs; there for every build


class NotMade(Exception):
    """An environment cannot be made; the message is uv's, or says that there is no uv."""


def of(build):
    """Return `build` with the program and the packages of its environment; make it if needed.

    Each package is the one that requirements.txt locks, its hash checked. Those of
    `builds.PACKAGES` are left out where there is no wheel for the build.
    """
    folder = FOLDER / f"{build.name}-{build.version}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    record = folder / "locked.txt"
    wanted = f"{build.details}\n{IMPORTED}{builds.PACKAGES}\n{LOCK.read_text('utf-8')}"
    if not record.exists() or record.read_text("utf-8") != wanted:
        _uv("venv", "--clear", "--python", build.program, folder)
        try:
            _install(python, *IMPORTED, *builds.PACKAGES)
        except NotMade:
            _install(python, *IMPORTED)
            _install_those_with_wheels(python, builds.PACKAGES)
        record.write_text(wanted, "utf-8")
    made = builds.examine(str(python))
    return replace(build, program=made.program, packages=made.packages)


def _install_those_with_wheels(python, packages):
    for package in packages:
        try:
            _install(python, package)
        except NotMade as error:
            if not re.search("has no (usable )?wheels", str(error)):
                raise


def _install(python, *packages):
    # The lock's own lines, since their markers leave out what is locked for other versions.
    named = re.findall(rf"^(?:{'|'.join(packages)})==[^\\\n]+", LOCK.read_text("utf-8"), re.M)
    only = ["--only-binary", ":all:", "--constraints", LOCK]
    _uv("pip", "install", "--python", python, *only, *map(str.strip, named))


def _uv(*arguments):
    try:
        answer = subprocess.run(
            [builds.UV, *arguments], capture_output=True, text=True, errors="replace"
        )
    except FileNotFoundError:
        raise NotMade("uv is not installed: make site installs it into .venv") from None
    if answer.returncode:
        raise NotMade(answer.stderr)
