"""The table of docs/proved/wild.md, from the page and from what its blocks printed: made:wild

A section of a bug ends with four words in bold: Kind, Found by, Fix, Rule. How many orders the
search needed comes from the evidence.
"""

import re
from dataclasses import dataclass

import markup
import show_evidence
from engine import ROOT, fences
from markup import inline

PAGE = ROOT / "docs/proved/wild.md"
SEARCH = "examples/proved/orders.py"
SECTION = re.compile(r"^## (?P<title>.+) \{ #(?P<id>[\w-]+) \}$", re.MULTILINE)
WORDS = re.compile(
    r"^\*\*Kind:\*\* (?P<kind>.+)\. \*\*Found by:\*\* (?P<found>.+)\. "
    r"\*\*Fix:\*\* (?P<fix>.+)\. \*\*Rule:\*\* (?P<rule>.+)\.$"
)
BREAKS = re.compile(r": breaks, in run ([\d,]+)$", re.MULTILINE)
HOLDS = re.compile(r": holds in all orders, by instruction \(([\d,]+) runs?\)$", re.MULTILINE)
PROGRAM = re.compile(
    r"^cat > (?P<name>\S+\.py) <<'END'\n(?P<text>.*?)^END$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")
HEAD = ("Bug", "Kind", "Found by", "Breaks", "Holds", "Fix", "Rule")


@dataclass
class Bug:
    """A section of the page."""

    title: str
    id: str
    text: str
    words: dict[str, str]  # kind, found, fix, rule
    block: fences.Fence

    @property
    def searched(self):
        return SEARCH in self.block.code

    @property
    def programs(self):
        """Return {name: text} of the Python files that its block has."""
        if self.block.info == "python":
            return {"block.py": self.block.code}
        return {match["name"]: match["text"] for match in PROGRAM.finditer(self.block.code)}


def bugs():
    """Return the bugs of the page, in its order."""
    parts = SECTION.split(PAGE.read_text("utf-8"))[1:]
    found = []
    for title, identity, text in zip(*[iter(parts)] * 3, strict=True):
        paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
        if words := next(filter(None, map(WORDS.match, paragraphs)), None):
            found.append(Bug(title, identity, text, words.groupdict(), fences.blocks(text)[0]))
    return found


def outputs(bug):
    """Return {build: what the block of a bug printed there}."""
    results = show_evidence.results(bug.block)
    return {name: known["output"] for name, known in results.items() if known.get("output")}


def runs(pattern, printed):
    """Return the numbers that a pattern finds, and where, if not on each build."""
    numbers = {
        name: int(m[1].replace(",", "")) for name, t in printed.items() if (m := pattern.search(t))
    }
    if not numbers:
        return "–"
    low, high = min(numbers.values()), max(numbers.values())
    text = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    return text if len(numbers) == len(printed) else f"{text} on {', '.join(numbers)}"


def made(_):
    """Return the table, as one line of HTML."""
    rows = []
    for bug in bugs():
        printed = outputs(bug) if bug.searched else {}
        kind, found, fix, rule = (
            # Their links stand in the section.
            inline(LINK.sub(r"\1", bug.words[word]))
            for word in ("kind", "found", "fix", "rule")
        )
        link = f'<a href="#{bug.id}">{inline(bug.title)}</a>'
        numbers = runs(BREAKS, printed), runs(HOLDS, printed)
        rows.append([link, kind, found, *numbers, fix, rule.partition(":")[0]])
    return markup.table(HEAD, rows)
