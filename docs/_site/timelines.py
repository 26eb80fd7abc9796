"""Draw what the threads of a block do, from runs of it under examples/measured/timeline.py."""

import atexit
import hashlib
import json
from functools import cache

from mkdocs.exceptions import PluginError

import drawing
import measuring
from engine import builds, environments, evidence, fences, internet, outputs, reader

RECORDER = measuring.ROOT / "examples/measured/timeline.py"
NOTE = (
    'Each lane is a thread, and time runs to the right. "On a core" is the share of the time that '
    'the thread ran, by its CPU clock. "Not on a core" is the rest: the thread was ready to run, '
    "or in a wait that the recorder does not see. On average the threads kept {used:.2g} of the "
    "machine's {cores} cores busy."
)
NO_CLOCK = (
    "Each lane is a thread, and time runs to the right. The CPU time is unknown, because this "
    "system has no CPU clock for each thread: one that runs may share a core, or the GIL, with "
    "others."
)


class NotRecorded(PluginError):
    """A block did not run to its end under the recorder."""


def figure(request):
    """Return what each thread did in a run of the block above, as one line of HTML.

    A page may name a need of another build, as in made:timeline/free-threaded: the block then
    runs there, too, if the machine has one, and the figures stand one above the other. A
    record of the same block by the same recorder on the same build is drawn again.
    """
    block, caption, need = request.block, request.words, request.which
    if not (block and block.info == "python"):
        raise NotRecorded(f"{request.place}: a timeline stands under a ```python block")
    if need and not fences.NEED.fullmatch(need):
        raise NotRecorded(f"{request.place}: no build is known as {need}")
    chosen = [builds.this()]
    if need and (other := builds.suitable([need], chosen[0])) not in (None, chosen[0]):
        chosen.append(other)
    return "".join(
        _figure(
            block, request.place, build, f"{caption}, on CPython {build.name}" if need else caption
        )
        for build in chosen
    )


def _figure(block, place, build, caption):
    programs = sorted(RECORDER.parent.glob("timeline*.py"))
    parts = [evidence.digest(block), build.details, *(p.read_text("utf-8") for p in programs)]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    record, svg = (measuring.RECORDS / f"timeline-{key}{kind}" for kind in (".json", ".svg"))
    if not svg.exists():
        measuring.RECORDS.mkdir(parents=True, exist_ok=True)
        _run(block, place, build, ["--json", record, "--svg", svg])
    found = json.loads(record.read_text("utf-8"))
    note = NO_CLOCK if found["used"] is None else NOTE.format(**found)
    alt = f"{caption}. {found['words']}"
    return drawing.inline(svg.read_text("utf-8"), alt, f"{caption}. {note}")


def _run(block, place, build, options):
    run = reader.run(
        "block.py",
        environments.of(build).program,
        code=block.code,
        under=[str(RECORDER), *map(str, options)],
        environment=_internet().environment,
    )
    if run.returncode or not run.in_time or outputs.raised(run.output):
        name = build.name
        raise NotRecorded(f"{place}: did not end under the recorder on {name}\n{run.output}")


@cache
def _internet():
    found = internet.Internet()
    atexit.register(found.close)
    return found
