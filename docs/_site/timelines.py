"""Draw what the threads of a block do, from a run of it under examples/measured/timeline.py."""

import atexit
import hashlib
import json
import sys
from functools import cache

from mkdocs.exceptions import PluginError

import drawing
import measuring
from engine import evidence, internet, reader

RECORDER = measuring.ROOT / "examples/measured/timeline.py"
NOTE = "Time runs to the right. A thread that runs may share the GIL with others."


class NotRecorded(PluginError):
    """A block did not run to its end under the recorder."""


def figure(block, place):
    """Return the figure that a block's mark `timeline` asks for, as a line of HTML, or None.

    A record of the same block by the same recorder is drawn again when this build does
    not measure. `place` is "page:line", for messages.
    """
    caption = block.marks.get("timeline")
    if caption is None:
        return None
    parts = [evidence.digest(block).encode(), RECORDER.read_bytes(), sys.version.encode()]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
    record, svg = (measuring.RECORDS / f"timeline-{key}{kind}" for kind in (".json", ".svg"))
    if not (measuring.REUSE and svg.exists()):
        measuring.RECORDS.mkdir(parents=True, exist_ok=True)
        _run(block, place, ["--json", record, "--svg", svg])
    words = json.loads(record.read_text("utf-8"))["words"]
    return drawing.inline(svg.read_text("utf-8"), f"{caption[0]}. {words}", f"{caption[0]}. {NOTE}")


def _run(block, place, options):
    run = reader.run(
        "block.py",
        sys.executable,
        code=block.code,
        under=[str(RECORDER), *map(str, options)],
        environment=_internet().environment,
    )
    if run.returncode or not run.in_time:
        raise NotRecorded(f"{place}: did not end under the recorder\n{run.output}")


@cache
def _internet():
    found = internet.Internet()
    atexit.register(found.close)
    return found
