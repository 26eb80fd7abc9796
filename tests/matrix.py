"""Run every block and program on every CPython build of this machine.

Usage: python tests/matrix.py [PROGRAM …]    without programs, all that can be found

Each build gets a small environment with only what the blocks import. tox and nox were
tried: both install the project's own tools into each environment, and much of them does
not install on free-threaded builds. Here pytest stays where it is and only the blocks run
elsewhere.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import requires
from pathlib import Path

import interpreters

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".cache" / "builds"
IMPORTED = ["requests"]  # what blocks import beside the standard library


def wanted(names=IMPORTED):
    """Return the lines of requirements.txt that lock `names` and all that they require."""
    found, names = set(), list(names)
    while names:
        name = names.pop()
        found.add(name)
        for requirement in requires(name) or []:
            if "extra ==" not in requirement:
                other = re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")
                names += [other] if other not in found else []
    locked = re.findall(r"^[\w.-]+==.*(?:\n +.*)*", (ROOT / "requirements.txt").read_text(), re.M)
    return "\n".join(entry for entry in locked if entry.partition("==")[0] in found) + "\n"


def environment(interpreter):
    """Return the Python of an environment with what blocks import; make it if there is none."""
    folder = FOLDER / f"{interpreter.name}-{interpreter.version}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    lines, record = wanted(), folder / "requirements.txt"
    if not record.exists() or record.read_text() != lines:
        # The site's own pip puts pure Python there: Debian's builds come without ensurepip,
        # and a pip may be too old to run on the build.
        _run(interpreter.program, "-m", "venv", "--clear", "--without-pip", folder)
        locked = folder / "locked.txt"
        locked.write_text(lines)
        packages = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        pure = ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any"]
        _run(*pip, *pure, "--requirement", locked, "--target", packages.strip())
        locked.rename(record)
    return python


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
