"""Run every block and program on every CPython build of this machine.

Usage: python tests/matrix.py [PROGRAM …]    without programs, all that can be found

Each build gets a small environment with only what the blocks import. tox and nox were
tried: both install the project's own tools into each environment, and much of them does
not install on free-threaded builds. Here pytest stays where it is and only the blocks run
elsewhere.
"""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from packaging.requirements import Requirement
from packaging.tags import platform_tags

from engine import ROOT, interpreters

FOLDER = ROOT / ".cache" / "builds"
IMPORTED = ("requests", "pytest", *interpreters.PACKAGES)  # by blocks, beside the standard library


def locked(name, interpreter):
    """Return the lines of requirements.txt for `name` and all that it requires on a build."""
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    wanted, entries = {name}, re.findall(r"^[\w.-]+==.*(?:\n +.*)*", lock, re.M)
    asked_for_by = {
        entry.partition("==")[0]: set(re.findall(r"^ +# +(?:via )?([\w.-]+)$", entry, re.M))
        for entry in entries
    }
    while more := {name for name, by in asked_for_by.items() if by & wanted} - wanted:
        wanted |= more
    return "".join(_for_build(e, interpreter) for e in entries if e.partition("==")[0] in wanted)


def _for_build(entry, interpreter):
    """Return an entry with its marker decided for the build: pip would ask for its own."""
    first, *hashes = entry.splitlines()
    requirement = Requirement(first.rstrip("\\ "))
    about = {
        "python_version": interpreter.version.rpartition(".")[0],
        "python_full_version": interpreter.version,
    }
    if requirement.marker and not requirement.marker.evaluate(about):
        return ""
    requirement.marker = None
    return "\n".join([f"{requirement} \\", *hashes, ""])


def environment(interpreter):
    """Return the Python of an environment with what blocks import; make it if there is none."""
    folder = FOLDER / f"{interpreter.name}-{interpreter.version}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = {name: locked(name, interpreter) for name in IMPORTED}
    record = folder / "installed.json"
    if not record.exists() or json.loads(record.read_text()) != wanted:
        _run(interpreter.program, "-m", "venv", "--clear", "--without-pip", folder)
        packages = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
        for name, lines in wanted.items():
            requirements = folder / f"{name}.txt"
            requirements.write_text(lines)
            _install(requirements, packages.strip(), interpreter)
        record.write_text(json.dumps(wanted))
    return python


def _install(requirements, packages, interpreter):
    """Install the wheels that there are for a build; those of PACKAGES may be missing.

    The site's own pip does it: Debian's builds come without ensurepip, and a pip may be
    too old to run on the build.
    """
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    build = [f"--python-version={interpreter.version}", "--only-binary=:all:"]
    if interpreter.free_threaded:
        # pip would take abi3 wheels, which crash there; pure Python is enough.
        build += ["--implementation=py", "--abi=none", "--platform=any"]
    else:
        build += [f"--platform={tag}" for tag in platform_tags()]
    try:
        _run(*pip, *build, "--requirement", requirements, "--target", packages)
    except subprocess.CalledProcessError as error:
        no_wheel = "No matching distribution found" in error.stderr
        if not (no_wheel and requirements.stem in interpreters.PACKAGES):
            raise


def run(interpreter):
    """Run all pages on one build; return (exit status, what it printed)."""
    try:
        python = environment(interpreter)
    except subprocess.CalledProcessError as error:
        return error.returncode, f"no environment for {interpreter.name}:\n{error.stderr}"
    command = [
        "pytest",
        "docs",
        "--exactly",
        "--color=yes" if sys.stdout.isatty() else "--color=no",
    ]
    answer = subprocess.run(
        [sys.executable, "-m", *command, "--python", python],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout + answer.stderr


def _run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def builds(programs):
    """Return the Interpreters behind `programs`, or all of this machine."""
    if not programs:
        return interpreters.found()
    found = {program: interpreters.examine(program) for program in programs}
    if bad := [program for program, interpreter in found.items() if interpreter is None]:
        sys.exit(f"matrix.py: not a CPython that starts: {', '.join(bad)}")
    return list(found.values())


def main():
    chosen = builds(sys.argv[1:])
    names = [interpreter.name for interpreter in chosen]
    print(f"Found {', '.join(names)}", flush=True)
    if missing := [name for name in interpreters.WANTED if name not in names]:
        print(f"Looked for and not found: {', '.join(missing)}", flush=True)
    failed = []
    with ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 1) // 2)) as pool:
        runs = {pool.submit(run, interpreter): interpreter for interpreter in chosen}
        for count, future in enumerate(as_completed(runs), 1):
            name = runs[future].name
            status, printed = future.result()
            summary = next((x for x in printed.splitlines() if "blocks and programs" in x), "")
            print(f"[{count}/{len(runs)}] {name}: {summary or 'did not run'}", flush=True)
            if status:
                failed.append(name)
                print(printed)
    if failed:
        sys.exit(f"failed on {', '.join(failed)}")


if __name__ == "__main__":
    main()
