"""The team kit: its rules, what of the guide they flag, and how right they were: made:kit/WHICH.

A rule of examples/kit/rules names the section of the guide that it stands for by `url`, as an
address below the site's. docs/kit/precision.json has what was read by hand of their hits;
tests/checks/kit_precision.py counts them again.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import yaml

from engine import ROOT, fences

KIT = ROOT / "examples/kit"
PAGE = "kit/rules.md"
RECORD = ROOT / "docs/kit/precision.json"
ENOUGH = 0.8  # of the hits that were read: below, a rule is a hint
HEADING = re.compile(r"^#{1,6} .*?(?:\{ #(?P<id>[\w-]+) \})?$")


@dataclass(frozen=True)
class Rule:
    """A rule as its file says it, and the hits of it that were read."""

    name: str
    severity: str
    message: str
    note: str
    url: str
    fixes: bool
    pair: str  # docs/PAGE.md#id of the section with its Bad block

    @property
    def read(self):
        """How many hits were right, and how many were read."""
        verdicts = [hit["verdict"] for hit in record()["sample"] if hit["rule"] == self.name]
        return verdicts.count("right"), len(verdicts)


@cache
def record():
    return json.loads(RECORD.read_text("utf-8"))


@cache
def rules():
    """Return the rules, in the order of their names."""
    found = []
    for path in sorted((KIT / "rules").glob("*.yml")):
        text = yaml.safe_load(path.read_text("utf-8"))
        page, anchor = text["url"].split("/#")
        pair = text.get("metadata", {}).get("pair", f"{page}.md#{anchor}")
        keys = (text[key] for key in ("id", "severity", "message", "note", "url"))
        found.append(Rule(*keys, "fix" in text, pair))
    return found


def examples(rule):
    """Return the blocks of a rule's section that show the fault, and those that do not.

    Where a section does not say Bad and Good, its first block shows the fault and, if there are
    several, its last the fix. What is stepped through has both as files.
    """
    page, anchor = rule.pair.split("#")
    race = ROOT / "docs/_site/races" / anchor
    if page == "proved/break_it.md":
        return [(race / "bad.py").read_text("utf-8")], [(race / "fixed.py").read_text("utf-8")]
    text = (ROOT / "docs" / page).read_text("utf-8")
    prose = fences.split(text)[1]
    headings = [(number, match["id"]) for number, line in prose if (match := HEADING.match(line))]
    first = next(number for number, name in headings if name == anchor)
    last = next((number for number, _ in headings if number > first), 10**9)
    blocks = [
        block
        for block in fences.blocks(text)
        if first < block.line < last and block.info == "python"
    ]
    said = [n for n, line in prose if first < n < last and line.startswith("**Good.**")]
    if said:
        bad = [block.code for block in blocks if block.line < said[0]]
        return bad, [block.code for block in blocks if block.line > said[0]]
    return [blocks[0].code], [block.code for block in blocks[1:][-1:]]

