"""Measure the tools that find races on the corpus: python tests/programs/tools.py [TOOL@BUILD …]

Without arguments, every tool on every build of RUNS that is found. Each tool runs each program in a
process of its own, which is killed after HARD seconds. What has been measured, with the same
program and the same version of the tool, is not measured again. The record, docs/proved/tools.json,
is written after each program: a run that is broken off goes on where it was.
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT / "docs/_site")]

from engine import builds, environments  # noqa: E402
from tool_record import (  # noqa: E402
    ALL,
    BREAKS,
    CORPUS,
    KINDS,
    NONE,
    RECORD,
    WITHIN,
    applies,
    digest,
    programs,
    read,
    write,
)
from tool_runs import BOUND, HARNESS, ROUNDS, SWITCH_INTERVAL  # noqa: E402

ORDERS = ROOT / "examples/proved/orders.py"
HARD = 20.0  # seconds until a process is killed
SECONDS = {"stress": 2, "frontrun": 8, "orders": 10}  # by package; a tool ends by itself then
KILLED = {"interleave": 5.0, "orders": 60.0}  # the first has no limit, the second one of CPU time
INTERLEAVE = "0.1.0"
ALL_BUILDS = ("3.11", "3.12", "3.13", "3.13t", "3.14", "3.15")
WITH_WHEELS = ("3.11", "3.12", "3.13", "3.14")
WITH_MONITORING = ("3.12", "3.13", "3.13t", "3.14", "3.15")
RUNS = {
    "stress": ALL_BUILDS,
    "frontrun": WITH_WHEELS,
    "frontrun-unbounded": WITH_WHEELS,
    "frontrun-random": WITH_WHEELS,
    "interleave-dfs": WITH_MONITORING,
    "interleave-random": WITH_MONITORING,
    "orders": ALL_BUILDS,
    "orders-switches": ALL_BUILDS,
}
BOUNDED = {"frontrun", "interleave-dfs", "orders-switches"}  # search within BOUND preemptions


def version_of(tool, build):
    """Return the version of a tool: of its package, or the digest of what is our own."""
    package = tool.partition("-")[0]
    if package == "frontrun":
        return build.packages["frontrun"]
    if package == "interleave":
        return INTERLEAVE
    if package == "orders":
        return digest(ORDERS)
    return f"{ROUNDS} rounds, switch interval {SWITCH_INTERVAL:g} s"


def python_of(tool, build):
    """Return the program that runs a tool on a build; the environment is made if needed."""
    if tool.startswith("interleave"):  # for author and evidence only, so in no lock
        folder = ROOT / ".cache/tools" / build.name
        if not (folder / "bin/python").exists():
            environments._uv("venv", "--python", build.program, folder)
            package = f"interleave-test=={INTERLEAVE}"
            environments._uv("pip", "install", "--python", folder / "bin/python", package)
        return str(folder / "bin/python")
    return build.program


def measure(tool, python, program, kind):
    """Return the verdict of a tool on one class of a program, and what it says."""
    package = tool.partition("-")[0]
    seconds = str(SECONDS.get(package, HARD))
    deadline = KILLED.get(package, HARD)
    with tempfile.TemporaryDirectory() as folder:
        if package == "orders":
            test = Path(folder, f"test_{program}.py")
            test.write_text((CORPUS / f"{program}.py").read_text("utf-8") + HARNESS, "utf-8")
            switches = ["--switches", str(BOUND)] if tool in BOUNDED else []
            arguments = [ORDERS, *switches, "--seconds", seconds, f"{test}::test_{kind}"]
        else:
            arguments = [HERE / "tool_runs.py", tool, program, kind, seconds]
        process = subprocess.Popen(
            [python, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            output, _ = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return NONE, f"killed after {deadline:g} s"
    if package == "orders":
        return of_orders(process.returncode, output)
    try:
        answer = json.loads(output.splitlines()[-1])
        return answer["verdict"], answer["says"]
    except (IndexError, ValueError, TypeError):
        return NONE, f"exit status {process.returncode}: {output[-300:]}"


def of_orders(status, output):
    """Return the verdict that orders.py printed."""
    said = output.strip()[:300]
    if status == 1 and ": breaks" in output:
        return BREAKS, said
    if status == 0 and (bound := re.search(r"holds in all orders with at most (\d+) pre", output)):
        return WITHIN.format(min(int(bound[1]), 9)), said
    if status == 0 and "holds in all orders" in output:
        return ALL, said
    return NONE, said


def run(tool, build, runs):
    """Measure what is missing or out of date of a tool on a build."""
    if build.name not in RUNS[tool]:
        sys.exit(f"{tool} does not run on {build.name}")
    if build != builds.this() and not tool.startswith("interleave"):
        build = environments.of(build)
    python, version = python_of(tool, build), version_of(tool, build)
    about = {"tool": tool, "build": build.name, "python": build.version, "version": version}
    about["bound"] = BOUND if tool in BOUNDED else None
    kept = runs.get((tool, build.name), {})
    if any(kept.get(key) != value for key, value in about.items()):
        kept = {}
    runs[tool, build.name] = record = {"cpu": 0, "results": {}, **kept, **about}
    for name, its_digest in programs().items():
        if not applies(name, build.name):
            continue
        if record["results"].get(name, {}).get("digest") == its_digest:
            continue
        result = {"digest": its_digest, "seconds": []}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for kind in KINDS:
            began = time.monotonic()
            result[kind], said = measure(tool, python, name, kind)
            result["seconds"].append(round(time.monotonic() - began, 1))
            line = re.sub(r"\s+", " ", said)[:90]
            print(f"{tool}@{build.name} {name} {kind}: {result[kind]}: {line}", flush=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        record["cpu"] = round(record["cpu"] + used, 1)
        record["results"][name] = result
        record["date"] = date.today().isoformat()
        RECORD.write_text(write(runs), "utf-8")


def main(words):
    runs = read() if RECORD.exists() else {}
    there = {build.name: build for build in builds.found()}
    asked = words or [f"{tool}@{name}" for tool in RUNS for name in RUNS[tool] if name in there]
    for word in asked:
        tool, _, name = word.partition("@")
        run(tool, there[name], runs)


if __name__ == "__main__":
    main(sys.argv[1:])
