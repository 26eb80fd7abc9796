"""Run the tests of the programs on other builds: python -m engine.elsewhere all|3.14,3.13t

The build of this process is left out, since pytest runs them there with all other tests.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from engine import ROOT, builds, environments, reader

ARGUMENTS = ("-m", "pytest", "-o", "addopts=", "-q", "-rs", "--tb=short")
LEFT_OUT = ("-p", "no:cacheprovider", "-p", "no:run-parallel")
# Those that search all orders take half of the time.
SEARCHES = [f"tests/programs/test_{name}.py" for name in ("orders", "practise")]
PARTS = {"searches": SEARCHES, "others": ["tests/programs", *(f"--ignore={p}" for p in SEARCHES)]}


def run(build, part):
    """Return the name of a build and of a part of the tests, and their finished run there."""
    command = [build.program, *ARGUMENTS, *LEFT_OUT, *PARTS[part]]
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(reader.BYTECODE)}
    return f"{build.name}, {part}", subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace"
    )


def main(words):
    reader.let_ctrl_c_through()
    others = [build for build in builds.chosen(words) if build != builds.this()]
    others.sort(key=lambda build: not build.free_threaded)  # the slowest first
    failed = []
    with ThreadPoolExecutor(3 + (os.cpu_count() or 1)) as pool:  # tests wait, too
        made = pool.map(environments.of, others)
        jobs = [(build, part) for build in made for part in PARTS]
        for name, answer in pool.map(lambda job: run(*job), jobs):
            *printed, last = answer.stdout.strip().splitlines() or ["no answer"]
            skipped = [line for line in printed if line.startswith("SKIPPED")]
            print(f"CPython {name}: {last}", *skipped, sep="\n  ", flush=True)
            if answer.returncode:
                failed.append(name)
                print(answer.stdout, answer.stderr, sep="\n")
    if failed:
        sys.exit(f"tests of programs failed on {', '.join(failed)}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:] or ["all"])
    except (builds.NoBuild, environments.NotMade) as error:
        sys.exit(str(error))
