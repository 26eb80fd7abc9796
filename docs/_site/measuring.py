"""Run the programs of examples/measured on every CPython build, for the notebooks.

A notebook measures nothing itself. Each build runs the program in a fresh interpreter,
one build after another, so that no kernel is in the way and a reader can run the same.
What it printed is evidence like any other: it holds until the program changes.
"""

import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError

sys.path.append(str(Path(__file__).parents[2] / "tests"))  # a notebook's kernel has no hooks

from engine import ROOT, builds, environments, evidence, fences, inputs

RECORDS = ROOT / ".cache" / "measured"
MEASURE = os.environ.get("MEASURE") != "false"
DEADLINE = 100  # seconds for one program on one build
FIGURES = ("figures.py", "drawing.py", "measuring.py")  # decide what a notebook's page shows

NOT_MEASURED = """<div class="jp-Cell"><div class="jp-RenderedMarkdown">
<div class="admonition note"><p class="admonition-title">Not measured yet</p>
<p>This page is shown without its figures. <code>make site</code> measures them.</p></div>
</div></div>"""


class NotMeasured(PluginError):
    """A program did not give what a page wants to show."""


@cache
def _environments():
    """Return every build of the machine, in its environment."""
    return [environments.of(build) for build in builds.found()]


@cache
def _chosen():
    """Return the names of the builds that are to measure what has no record."""
    return {build.name for build in builds.chosen(os.environ.get("BUILDS") or "all")}


def measured(program, *arguments, on=None):
    """Return {build: what it printed} for `program` (a path below examples/).

    `on` names the only build that is asked; else each is. Each value is the JSON object that
    the program printed, with "measured_at" (UTC), and the "version" and "free_threaded" of its
    build. A build with a record of the same program and arguments is not asked again.
    """
    block = fences.included(f"examples/{program}")
    asked = [build for build in _environments() if on in (None, build.name)]
    found = {build.name: _measured(block, arguments, build) for build in asked}
    return {name: values for name, values in found.items() if values}


def _measured(block, arguments, build):
    identity = evidence.digest(block, "measured", *arguments)
    known = evidence.results(build)
    if identity not in known:
        if not (MEASURE and build.name in _chosen()):
            return None
        result = {"outcome": "passed", "reason": None}
        printed = _run(block.program, arguments, build)
        ran = {evidence.digest(block): {**result, "output": None}}
        evidence.record(build, ran | {identity: {**result, "output": printed}})
        known = evidence.results(build)
    when = known[identity]["at"][:16].replace("T", " ")
    about = {"version": build.version, "free_threaded": build.free_threaded}
    return json.loads(known[identity]["output"]) | about | {"measured_at": f"{when} UTC"}


def _run(program, arguments, build):
    place = f"{program} on CPython {build.name}"
    command = [build.program, ROOT / program, *arguments]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{place}: not done after {DEADLINE} seconds") from None
    if run.returncode:
        raise NotMeasured(f"{place}: ended with status {run.returncode}\n{run.stderr}")
    if run.stderr:  # such as the traceback of a thread, after which a program ends with status 0
        raise NotMeasured(f"{place}: complained\n{run.stderr}")
    try:
        json.loads(run.stdout)
    except ValueError:
        raise NotMeasured(f"{place}: printed no JSON\n{run.stdout[:500]}") from None
    return run.stdout


def _page(source):
    """Return the file for what a notebook makes of the records there are, and who lacks one."""
    text = source.read_text("utf-8")
    paths = [Path(__file__).with_name(name) for name in FIGURES]
    programs = fences.measurements(text)
    paths += [path for block in programs for path in inputs.programs("", block.program)]
    parts, missing = [text, *(path.read_text("utf-8") for path in paths)], set()
    for build in _environments():
        results = evidence.results(build)
        ran = [results.get(evidence.digest(block), {}).get("at") for block in programs]
        parts.append(f"{build.details} {ran}")
        if None in ran:
            missing.add(build.name)
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    return RECORDS / f"{source.stem}-{key}.html", missing


def is_made(source):
    """Tell whether a notebook need not run: it made its page of all records that can be had."""
    page, missing = _page(source)
    return not MEASURE or (page.exists() and not missing & _chosen())


def last_page(source, html):
    """Return what a notebook shows: `html` if it ran in this build, or what it last made."""
    page, _ = _page(source)
    if page.exists():
        return page.read_text("utf-8")
    if not MEASURE:
        return NOT_MEASURED + html
    RECORDS.mkdir(parents=True, exist_ok=True)
    page.write_text(html, "utf-8")
    return html
