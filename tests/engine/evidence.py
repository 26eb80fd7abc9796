"""What ran where: the record that each run leaves, and its reading.

One JSON file a build, in .cache/evidence. A result is filed under the digest of all that
decides it (code, marks, output shown, and every file that the run reads), so that a block
changed after its run, or a file from another commit, has no result rather than a wrong one.
"""

import hashlib
import json
from datetime import UTC, datetime

from engine import ROOT, inputs

FOLDER = ROOT / ".cache" / "evidence"
SCHEMA = 4


def digest(block, *more):
    """Return the identity of a block's result; `more` is whatever else decides it, as text."""
    parts = [block.info, block.code, block.shown, block.marks, *more]
    parts += [(str(p.relative_to(ROOT)), p.read_text("utf-8")) for p in inputs.read(block)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def results(build):
    """Return {digest: result} of what ran on exactly this build, with these packages."""
    path = _path(build)
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if known.get("schema") != SCHEMA or known["build"] != build.about():
        return {}
    return known["results"]


def record(build, new):
    """Add `new` ({digest: {"outcome", …}}) to the results of a build."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known = results(build) | {identity: {**result, "at": now} for identity, result in new.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"schema": SCHEMA, "build": build.about(), "results": known}, indent=1)
    _path(build).write_text(text + "\n", "utf-8")


def _path(build):
    return FOLDER / f"{build.name}-{build.platform}.json"


def builds():
    """Return the recorded builds, oldest version first, each with its "results"."""
    found = [json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")]
    found = [known for known in found if known["schema"] == SCHEMA]
    return sorted(found, key=lambda known: _order(known["build"]))


def _order(build):
    version = [int(part) for part in build["version"].split(".")[:2]]
    return build["platform"] != "linux", build["platform"], version, build["name"]
