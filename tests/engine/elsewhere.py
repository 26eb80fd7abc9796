"""Run the tests of the programs on other builds: python -m engine.elsewhere all|3.14,3.13t

The build of this process is left out, since pytest runs them there with all other tests.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from engine import ROOT, builds, environments, reader

ARGUMENTS = ("-m", "pytest", "tests/programs", "-o", "addopts=", "-q", "-rs", "--tb=short")
LEFT_OUT = ("-p", "no:cacheprovider", "-p", "no:run-parallel")


def run(build):
    """Return the name of a build, and the finished run of the tests there."""
    command = [environments.of(build).program, *ARGUMENTS, *LEFT_OUT]
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(reader.BYTECODE)}
    return build.name, subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace"
    )


def main(words):
    reader.let_ctrl_c_through()
    others = [build for build in builds.chosen(words) if build != builds.this()]
    others.sort(key=lambda build: not build.free_threaded)  # the slowest first
    failed = []
    with ThreadPoolExecutor(3 + (os.cpu_count() or 1)) as pool:  # tests wait, too
        for name, answer in pool.map(run, others):
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
