"""What was measured of the tools that find races, and what each verdict is worth.

The record is docs/proved/tools.json; tests/programs/tools.py writes it. Nothing but the standard
library is needed here: the tests of the tools run on every build.
"""

import functools
import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs/proved/tools.json"
CORPUS = ROOT / "tests/programs/corpus"
COMMAND = "make tools"
KINDS = ("Bad", "Fixed")

BREAKS, ALL, NOTHING, NONE = "breaks", "holds in all orders", "nothing found", "no verdict"
WITHIN = "holds with at most {} preemptions"
BOUNDS = {WITHIN.format(number): number for number in range(10)}
LETTERS = {"b": BREAKS, "a": ALL, "-": NOTHING, "?": NONE} | {str(n): v for v, n in BOUNDS.items()}

FOUND, MISSED, FALSE_CERTIFICATE = "found", "missed", "false certificate"
CERTIFIED, BOUNDED, PASSED = "certified", "within a bound", "passed"
FALSE_ALARM = "false alarm"
OUTCOMES = (FOUND, MISSED, FALSE_CERTIFICATE, FALSE_ALARM, NONE)  # in the order of the tables


class Broken(ValueError):
    """The record is not what tools.py writes; the message says where."""


def digest(path):
    """Return what identifies the contents of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def programs():
    """Return {program: digest of its text}, in the order of their names."""
    return {path.stem: digest(path) for path in sorted(CORPUS.glob("[a-z]*.py"))}


@functools.cache
def constant(program, name, default=None):
    """Return KIND or NEEDS of a program of the corpus."""
    text = (CORPUS / f"{program}.py").read_text("utf-8")
    match = re.search(rf'^{name} = "(.+)"$', text, re.MULTILINE)
    return match[1] if match else default


def read(text=None):
    """Return {(tool, build): run}; its "results" are {program: result}. Raise Broken."""
    text = RECORD.read_text("utf-8") if text is None else text
    runs = {}
    try:
        data = json.loads(text)
        names = data["programs"]
        for run in data["runs"]:
            columns = zip(names, run.pop("Bad"), run.pop("Fixed"), run.pop("seconds"), strict=True)
            run["results"] = {
                name: {"digest": names[name], "seconds": took}
                | {"Bad": LETTERS[bad], "Fixed": LETTERS[fixed]}
                for name, bad, fixed, took in columns
                if took is not None
            }
            runs[run["tool"], run["build"]] = run
    except (LookupError, ValueError, TypeError) as error:
        raise Broken(f"{RECORD.name}: {type(error).__name__}: {error}") from error
    return runs


def write(runs):
    """Return the record as text: one line a run, one letter a verdict, nothing that is stale."""
    letters = {verdict: letter for letter, verdict in LETTERS.items()}
    current = programs()
    lines = []
    for _, run in sorted(runs.items()):
        kept = run["results"]
        results = [
            kept[name] if kept.get(name, {}).get("digest") == its_digest else {}
            for name, its_digest in current.items()
        ]
        verdicts = {
            kind: "".join(letters[r[kind]] if r else " " for r in results) for kind in KINDS
        }
        line = {key: value for key, value in run.items() if key != "results"} | verdicts
        line["seconds"] = [r["seconds"] if r else None for r in results]
        lines.append(json.dumps(line, separators=(",", ":")))
    head = json.dumps({"written by": COMMAND, "letters": LETTERS, "programs": current}, indent=1)
    return f'{head[:-2]},\n "runs": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"


def stale(runs):
    """Return what does not fit the corpus, or a tool of our own, any more: one line each."""
    found = []
    current = programs()
    for (tool, build), run in sorted(runs.items()):
        due = [name for name in current if applies(name, build)]
        kept = run["results"]
        old = [name for name in due if kept.get(name, {}).get("digest") != current[name]]
        if old:
            found.append(f"{tool}@{build}: {len(old)} programs, such as {old[0]}")
        orders = ROOT / "examples/proved/orders.py"
        if tool.startswith("orders") and run["version"] != digest(orders):
            found.append(f"{tool}@{build}: orders.py has changed")
    return found


def applies(program, build):
    """Tell whether a program goes wrong on a build at all: NEEDS is the oldest on which it does."""
    needs = constant(program, "NEEDS", "3.11")
    return int(re.sub(r"\D", "", build.partition(".")[2])) >= int(needs.partition(".")[2])


def breaking_bounds(runs):
    """Return {program: preemptions within which some bounded search broke its Bad}."""
    found = {}
    for run in runs.values():
        if run.get("bound") is not None:
            for name, result in run["results"].items():
                if result["Bad"] == BREAKS:
                    found[name] = min(run["bound"], found.get(name, run["bound"]))
    return found


def outcome(kind, verdict, breaks_within=None):
    """Return what a verdict on the class `kind` is worth.

    A certificate for a Bad is false. One with a bound is false if a search broke the program
    within that bound: `breaks_within` preemptions, None if no bounded search broke it.
    """
    if verdict == NONE:
        return NONE
    if verdict not in {BREAKS, ALL, NOTHING, *BOUNDS}:
        raise Broken(f"no such verdict: {verdict!r}")
    if kind == "Fixed":
        return {BREAKS: FALSE_ALARM, NOTHING: PASSED, ALL: CERTIFIED}.get(verdict, BOUNDED)
    if kind != "Bad":
        raise Broken(f"no such class: {kind!r}")
    if verdict == BREAKS:
        return FOUND
    if verdict == ALL:
        return FALSE_CERTIFICATE
    if verdict in BOUNDS and breaks_within is not None and breaks_within <= BOUNDS[verdict]:
        return FALSE_CERTIFICATE
    return MISSED


def outcomes(runs):
    """Yield (tool, build, program, kind of race, class, outcome, seconds) for every verdict."""
    within = breaking_bounds(runs)
    for (tool, build), run in runs.items():
        for name, result in run["results"].items():
            for kind, seconds in zip(KINDS, result["seconds"], strict=True):
                worth = outcome(kind, result[kind], within.get(name))
                yield tool, build, name, constant(name, "KIND"), kind, worth, seconds
