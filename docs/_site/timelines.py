"""Draw what the threads of a block do, from runs of it under examples/measured/timeline.py."""

import atexit
import hashlib
import json
from functools import cache

from mkdocs.exceptions import PluginError

import drawing
import measuring
from engine import evidence, fences, internet, interpreters, reader

RECORDER = measuring.ROOT / "examples/measured/timeline.py"
NOTE = (
    "Time runs to the right. A lane is filled as far as its thread had a core, by the thread's CPU "
    "clock. Pale: it was ready to run, or in a wait that the recorder does not know."
)
NO_CLOCK = (
    "Time runs to the right. This system has no CPU clock to read for each thread: one that "
    "runs may share a core, or the GIL, with others."
)


class NotRecorded(PluginError):
    """A block did not run to its end under the recorder."""


def figure(block, place):
    """Return the figures that a block's mark `timeline` asks for, as a line of HTML, or None.

    The mark holds a caption, and may name a need of another build, such as "free-threaded":
    the block then runs there, too, if the machine has one, and the figures stand one above
    the other. A record of the same block by the same recorder is drawn again when this build
    does not measure. `place` is "page:line", for messages.
    """
    if "timeline" not in block.marks:
        return None
    caption, *needs = block.marks["timeline"]
    if bad := [need for need in needs if not fences.NEED.fullmatch(need)]:
        raise NotRecorded(f"{place}: no build is known as {bad[0]}")
    own = interpreters.this()
    others = [interpreters.choose([need], own) for need in needs]
    builds = [own, *(build for build in others if build and build.name != own.name)]
    return "".join(
        _figure(block, place, build, f"{caption}, on CPython {build.name}" if needs else caption)
        for build in builds
    )


def _figure(block, place, build, caption):
    programs = sorted(RECORDER.parent.glob("timeline*.py"))
    parts = [evidence.digest(block), build.details, *(p.read_text("utf-8") for p in programs)]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    record, svg = (measuring.RECORDS / f"timeline-{key}{kind}" for kind in (".json", ".svg"))
    if not (measuring.REUSE and svg.exists()):
        measuring.RECORDS.mkdir(parents=True, exist_ok=True)
        _run(block, place, build, ["--json", record, "--svg", svg])
    found = json.loads(record.read_text("utf-8"))
    has_clock = all(lane["cpu"] is not None for lane in found["lanes"])
    note = NOTE if has_clock else NO_CLOCK
    alt = f"{caption}. {found['words']}"
    return drawing.inline(svg.read_text("utf-8"), alt, f"{caption}. {note}")


def _run(block, place, build, options):
    run = reader.run(
        "block.py",
        build.program,
        code=block.code,
        under=[str(RECORDER), *map(str, options)],
        environment=_internet().environment,
    )
    if run.returncode or not run.in_time:
        name = build.name
        raise NotRecorded(f"{place}: did not end under the recorder on {name}\n{run.output}")


@cache
def _internet():
    found = internet.Internet()
    atexit.register(found.close)
    return found
