"""Count what the team kit's rules flag in packages that many use: make kit-precision

The packages stand in kit_packages.txt, pinned. Their wheels for CPython 3.13 on Linux are kept in
$XDG_CACHE_HOME/threads-kit (half a gigabyte), the counts in docs/kit/precision.json, with a sample
of 50 hits at random, taken in turn from each rule. A verdict on each is written there by hand,
"right" or "wrong", with its reason; a hit that stays where it was keeps its verdict.

A program of its own: ast-grep counts matches, but knows neither packages nor samples.
"""

import json
import os
import random
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RECORD = ROOT / "docs/kit/precision.json"
RULES = ROOT / "examples/kit/rules"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "threads-kit"
PYTHON = "3.13"
SAMPLE = 50
SEED = 17
KEY = ("package", "version", "file", "line", "rule")


def packages():
    """Return {name: version}."""
    lines = (HERE / "kit_packages.txt").read_text("utf-8").split()
    return dict(line.split("==") for line in lines)


def unpack(name, version):
    """Return the folder with the Python files of a package, downloaded once."""
    folder = CACHE / f"{name}-{version}"
    if not folder.exists():
        wheels = CACHE / "wheels" / folder.name
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--only-binary=:all:", "--python-version", PYTHON),
                *("--dest", wheels, f"{name}=={version}"),
            ],
            check=True,
        )
        half = folder.with_suffix(".half")
        for wheel in wheels.iterdir():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(half, [n for n in archive.namelist() if n.endswith(".py")])
        half.rename(folder)
    return folder


def count(folder):
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def hits(folders):
    """Return every hit, {"package", "version", "file", "line", "rule"}, sorted."""
    rules = {path.stem for path in RULES.glob("*.yml")}
    command = ["ast-grep", "scan", "--config", RULES.parent / "sgconfig.yml", "--json=stream"]
    command += ["--no-ignore=hidden", "--no-ignore=vcs", *folders]
    # The status is 1 where a rule of severity "error" has a hit.
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    found = []
    for line in printed.stdout.splitlines():
        hit = json.loads(line)
        if hit["ruleId"] in rules:
            path = Path(hit["file"]).relative_to(CACHE)
            name, version = path.parts[0].rsplit("-", 1)
            file = Path(*path.parts[1:]).as_posix()
            place = (name, version, file, hit["range"]["start"]["line"] + 1, hit["ruleId"])
            found.append(dict(zip(KEY, place, strict=True)))
    return sorted(found, key=lambda hit: [hit[key] for key in KEY])


def sample(found, size=SAMPLE):
    """Return `size` hits at random, in turn from each rule, so that rare rules are read, too."""
    by_rule = defaultdict(list)
    for hit in found:
        by_rule[hit["rule"]].append(hit)
    chance = random.Random(SEED)
    for of_rule in by_rule.values():
        chance.shuffle(of_rule)
    chosen = []
    while len(chosen) < min(size, len(found)):
        for rule in sorted(by_rule):
            if by_rule[rule] and len(chosen) < size:
                chosen.append(by_rule[rule].pop())
    return sorted(chosen, key=lambda hit: [hit["rule"], *(hit[key] for key in KEY)])


def main():
    folders = {unpack(*package) for package in packages().items()}
    found = hits(sorted(folders))
    before = json.loads(RECORD.read_text("utf-8"))
    read = {tuple(hit[key] for key in KEY): hit for hit in before["sample"]}
    unread = {"verdict": "", "reason": ""}
    counts = {path.stem: 0 for path in sorted(RULES.glob("*.yml"))}
    for hit in found:
        counts[hit["rule"]] += 1
    version = subprocess.run(["ast-grep", "--version"], capture_output=True, text=True, check=True)
    record = {
        "tool": version.stdout.strip(),
        "packages": packages(),
        "lines": sum(map(count, folders)),
        "hits": counts,
        "sample": [read.get(tuple(hit[key] for key in KEY), hit | unread) for hit in sample(found)],
        "held_out": before["held_out"],
    }
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    missing = [hit for hit in record["sample"] if not hit["verdict"]]
    print(f"{len(found)} hits; {len(missing)} of the sample have no verdict yet")


if __name__ == "__main__":
    main()
