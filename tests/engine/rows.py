"""The rows of the thread-safety table, and what came of running one.

docs/reference/thread-safety.toml says of each row what is used, how, what the documentation of
CPython or of the library says and what to do. The function of that name in examples/threadsafety
runs it, in a process of its own, since some crash. A row that says why it is not run has none.
"""

import json
import re
import signal
import tomllib
from dataclasses import dataclass
from functools import cache

from engine import ROOT, evidence, fences, reader

TABLE = ROOT / "docs" / "reference" / "thread-safety.toml"
FOLDER = "examples/threadsafety"
DOCS = "https://docs.python.org/3/"
DEADLINE = 20  # seconds after which a row hangs; most take a fiftieth of that
LEVELS = ("incompatible", "compatible", "distinct", "shared", "atomic")  # CPython's, least first
KINDS = ("crashed", "hang", "wrong", "lost", "raised", "nothing")  # the worst first
FATAL = re.compile(
    r"^(?:Fatal Python error: (?!Segmentation fault|Aborted|Bus error)(.+)"
    r"|((?:double free|free\(\)|malloc|realloc|corrupted|munmap_chunk).*))$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Row:
    """A use of an object, as the table has it; `line` is where the file has it."""

    name: str
    area: str
    line: int
    what: str  # `list`, with code in backticks
    use: str
    level: str | None = None  # of LEVELS, as documented; None if it is not
    source: str = ""  # where it is documented: an address, or its part below DOCS
    says: str = ""  # the documentation's own words
    advice: str = ""
    more: str = ""  # the guide's section, from docs/
    library: str = ""  # the distribution that it belongs to; "" for the standard library
    unrun: str = ""  # why no run stands behind it, such as "needs a server"

    @property
    def anchor(self):
        return self.name.replace("_", "-")

    @property
    def address(self):
        """Where it is documented, or None."""
        return (
            (self.source if "://" in self.source else DOCS + self.source) if self.source else None
        )

    @property
    def program(self):
        return None if self.unrun else f"{FOLDER}/{self.area}_rows.py"

    @property
    def block(self):
        return _block(self.program)

    @property
    def digest(self):
        """The identity of its result: the program, what that imports, and the row's name."""
        return evidence.digest(self.block, "row", self.name)

    def fits(self, result, build):
        """Tell whether it is absent just where the build lacks its library."""
        return not self.library or (result["kind"] == "absent") != build.has(self.library)

    def run(self, python, deadline=DEADLINE):
        """Run it; return what came of it, as `outcome` says, and what it printed."""
        ended = reader.run(self.program, python, arguments=(self.name,), deadline=deadline)
        return outcome(ended), ended.output


@cache
def _block(program):
    return fences.included(program)


def table(text=None):
    """Return every row, in the order of the file."""
    text = TABLE.read_text("utf-8") if text is None else text
    lines = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\[?(\w+)\]?", line):
            lines.setdefault(found[1], number)
    return [
        Row(name, area, lines[name], **about)
        for area, found in tomllib.loads(text).items()
        for name, about in found.items()
    ]


def outcome(run):
    """Return what came of a run: {"kind", "seen", "operations", …}; None if it is no result.

    "kind" is the worst of what was seen, of KINDS. A row that its build lacks is "absent".
    """
    if not run.in_time:
        return {"kind": "hang", "seen": [{"kind": "hang", "text": "", "count": 1}]}
    if run.returncode < 0 or FATAL.search(run.output):
        return {"kind": "crashed", "seen": [{"kind": "crashed", "text": _crash(run), "count": 1}]}
    found = next(filter(None, map(_reported, reversed(run.output.splitlines()))), None)
    if run.returncode or found is None:
        return None
    if "absent" in found:
        return found | {"kind": "absent"}
    kinds = {one["kind"] for one in found["seen"]} or {"nothing"}
    return found | {"kind": min(kinds, key=KINDS.index)}


def _reported(line):
    """Return what a row says of itself in a line of its output, or None."""
    try:
        found = json.loads(line)
        return found if isinstance(found, dict) and "seen" in found else None
    except ValueError:
        return None


def _crash(run):
    name = ""
    if run.returncode < 0:
        try:
            name = signal.Signals(-run.returncode).name
        except ValueError:
            name = f"signal {-run.returncode}"
    said = next((one or two for one, two in FATAL.findall(run.output)), "")
    return ": ".join(filter(None, [name, said.strip()]))
