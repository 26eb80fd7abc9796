"""Draw what the threads of a block do, from a run of it under examples/measured/timeline.py."""

import atexit
import hashlib
import json
import sys
from functools import cache

from mkdocs.exceptions import PluginError

import drawing
import measuring
from engine import evidence, internet, outputs, reader

RECORDER = measuring.ROOT / "examples/measured/timeline.py"
NOTE = "Time runs to the right. A thread that runs may share the GIL with others."


class NotRecorded(PluginError):
    """A block did not run to its end under the recorder."""


def figure(request):
    """Return what each thread did in a run of the block above, as one line of HTML.

    A record of the same block by the same recorder is drawn again.
    """
    block, caption = request.block, request.words
    if not (block and block.info == "python"):
        raise NotRecorded(f"{request.place}: a timeline stands under a ```python block")
    parts = [evidence.digest(block).encode(), RECORDER.read_bytes(), sys.version.encode()]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
    record, svg = (measuring.RECORDS / f"timeline-{key}{kind}" for kind in (".json", ".svg"))
    if not svg.exists():
        measuring.RECORDS.mkdir(parents=True, exist_ok=True)
        _run(block, request.place, ["--json", record, "--svg", svg])
    words = json.loads(record.read_text("utf-8"))["words"]
    return drawing.inline(svg.read_text("utf-8"), f"{caption}. {words}", f"{caption}. {NOTE}")


def _run(block, place, options):
    run = reader.run(
        "block.py",
        sys.executable,
        code=block.code,
        under=[str(RECORDER), *map(str, options)],
        environment=_internet().environment,
    )
    if run.returncode or not run.in_time or outputs.raised(run.output):
        raise NotRecorded(f"{place}: did not end under the recorder\n{run.output}")


@cache
def _internet():
    found = internet.Internet()
    atexit.register(found.close)
    return found
