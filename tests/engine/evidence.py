"""What ran where: the record that each run of the blocks leaves, and its reading.

One JSON file a build, in .cache/evidence. A result is filed under the digest of all that
decides it (code, marks, output shown, program), so that a block changed after its run,
or a file from another commit, has no result rather than a wrong one.
"""

import hashlib
import json
import re
from datetime import UTC, datetime

from engine import ROOT

FOLDER = ROOT / ".cache" / "evidence"
SCHEMA = 2
PROGRAM = re.compile(r"examples/[\w/-]+\.py")


def digest(block):
    """Return the identity of a block's result."""
    used = PROGRAM.findall(f"{block.info}\n{block.code}")
    parts = [block.info, block.code, block.shown, block.marks]
    if "https://" in block.code:
        used.append("tests/engine/internet.py")  # which answers
    parts += [(ROOT / path).read_text("utf-8") for path in used if (ROOT / path).exists()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def record(interpreter, results):
    """Add `results` ({digest: {"outcome", …}}) to those of a build."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{interpreter.name}-{interpreter.platform}.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    build = interpreter.about()
    if known.get("schema") != SCHEMA or known["build"] != build:
        known = {"schema": SCHEMA, "build": build, "results": {}}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for identity, result in results.items():
        known["results"][identity] = {**result, "at": now}
    path.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


def builds():
    """Return the recorded builds, oldest version first, each with its "results"."""
    found = [json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")]
    found = [known for known in found if known["schema"] == SCHEMA]
    return sorted(found, key=lambda known: _order(known["build"]))


def _order(build):
    return build["platform"] != "linux", build["platform"], _version(build), build["name"]


def _version(build):
    return [int(part) for part in build["version"].split(".")[:2]]
