"""Run the programs of examples/measured on every CPython build, for the notebooks.

A notebook measures nothing itself. Each build runs the program in a fresh interpreter,
one build after another, so that no kernel is in the way and a reader can run the same.
"""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from mkdocs.exceptions import PluginError

sys.path.append(str(Path(__file__).parents[2] / "tests"))  # a notebook's kernel has no hooks

from engine import ROOT, fences, interpreters

RECORDS = ROOT / ".cache" / "measured"
REUSE = os.environ.get("MEASURE") == "false"
DEADLINE = 100  # seconds for one program on one build

NOT_MEASURED = """<div class="jp-Cell"><div class="jp-RenderedMarkdown">
<div class="admonition note"><p class="admonition-title">Not measured yet</p>
<p>This page is shown without its figures. <code>make site</code> measures them.</p></div>
</div></div>"""


class NotMeasured(PluginError):
    """A program did not give what a page wants to show."""


def builds():
    """Return the Interpreters to measure: those of the machine, and the site's own."""
    own = interpreters.this()
    found = [build for build in interpreters.found() if build.name != own.name]
    return sorted([*found, own], key=lambda b: (int(b.version.split(".")[1]), b.name))


def measured(program, *arguments):
    """Return {build: what it printed} for `program` (a path below examples/).

    Each value is the JSON object that the program printed, with "measured_at" (UTC), and the
    "version" and "free_threaded" of its build. With MEASURE=false in the environment, the
    last record of the same program on the same build is taken instead, if there is one.
    """
    return {
        build.name: _measured(ROOT / "examples" / program, arguments, build) for build in builds()
    }


def _measured(path, arguments, build):
    parts = [path.read_bytes(), build.details.encode(), *map(str.encode, arguments)]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
    record = RECORDS / f"{path.stem}-{build.name}-{key}.json"
    if not (REUSE and record.exists()):
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        about = {"version": build.version, "free_threaded": build.free_threaded}
        found = _run(path, arguments, build) | about | {"measured_at": now}
        RECORDS.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(found))
    return json.loads(record.read_text())


def _run(path, arguments, build):
    place = f"{path.relative_to(ROOT)} on CPython {build.name}"
    try:
        run = subprocess.run(
            [build.program, path, *arguments], capture_output=True, text=True, timeout=DEADLINE
        )
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{place}: not done after {DEADLINE} seconds") from None
    if run.returncode:
        raise NotMeasured(f"{place}: ended with status {run.returncode}\n{run.stderr}")
    try:
        return json.loads(run.stdout)
    except ValueError:
        raise NotMeasured(f"{place}: printed no JSON\n{run.stdout[:500]}") from None


def last_page(file, html):
    """Return the page that a notebook last made, when this build does not measure.

    A build that measures leaves its pages for those that do not: the offline copy, and
    `make serve`. A notebook that has changed since is shown without figures.
    """
    text = Path(file.abs_src_path).read_text("utf-8")
    programs = [ROOT / block.program for block in fences.measurements(text)]
    parts = [text.encode(), *(program.read_bytes() for program in programs)]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
    page = RECORDS / f"{Path(file.src_path).stem}-{key}.html"
    if REUSE:
        return page.read_text("utf-8") if page.exists() else NOT_MEASURED + html
    RECORDS.mkdir(parents=True, exist_ok=True)
    page.write_text(html, "utf-8")
    return html
