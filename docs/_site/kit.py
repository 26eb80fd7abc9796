"""The team kit: its rules, what they flag, how right they were, its archive: made:kit/WHICH

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

import markdown
import yaml
from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

import pack as packing
import sections
from engine import ROOT, fences
from markup import inline
from sections import HEADING

KIT = ROOT / "examples/kit"
PAGE = "kit/rules.md"
RECORD = ROOT / "docs/kit/precision.json"
ENOUGH = 0.8  # of the hits that were read: below, a rule is a hint
ARCHIVE = "kit/threads-kit.zip"
PROGRAM = ROOT / "examples/proved/orders.py"
STANDS_FOR = {
    **{"A": "item", "C": "condition", "E": "event", "F": "task", "L": "lock", "N": "seconds"},
    **{"NEW": "is_alive", "O": "thread", "P": "pool", "Q": "queue"},
}
URL = re.compile(r"^url: ", re.MULTILINE)


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
        read = [*record()["sample"], *record()["held_out"]["read"]]
        verdicts = [hit["verdict"] for hit in read if hit["rule"] == self.name]
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


def table(request):
    """Return a row for each rule."""
    rows = []
    for rule in rules():
        right, read = rule.read
        hits = record()["hits"][rule.name]
        precision = f"{right}&nbsp;of&nbsp;{read}" if read else "no&nbsp;hit"
        address = sections.address(request, rule.url)
        rows.append(
            f'<tr id="rule-{rule.name}"><td><code>{rule.name}</code><br>{_code(rule.message)}</td>'
            f'<td><a href="{address}">{escape(sections.title(rule.url))}</a></td>'
            f"<td>{rule.severity}{', fix' * rule.fixes}</td><td>{hits}</td>"
            f"<td>{precision}</td></tr>"
        )
    head = ("rule, and what it says", "section", "severity", "hits", "right")
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _right(hits):
    return sum(hit["verdict"] == "right" for hit in hits)


def answer(request):
    """Return the sentence that says what was measured."""
    counts = [rule.read for rule in rules()]
    right, read = (sum(part) for part in zip(*counts, strict=True))
    with_hits = sum(count > 0 for count in record()["hits"].values())
    held = record()["held_out"]
    return (
        f"<p>{len(rules())} rules ran over {len(record()['packages'])} packages with "
        f"{record()['lines']:,} lines of Python: {sum(record()['hits'].values())} hits of "
        f"{with_hits} rules, and a sample of {len(record()['sample'])} was read. "
        f"Then they ran over {len(held['packages'])} packages that no rule was made on, "
        f"with {held['lines']:,} lines: "
        f"{len(held['read'])} hits, all read, {_right(held['read'])} right. "
        f"Of all {read} hits that were read, {right} were right.</p>"
    )


def download(request):
    address = get_relative_url(ARCHIVE, request.page.url)
    return f'<p><a href="{address}" download>{escape(request.words)}</a></p>'


def paper(request):
    """Return a text of the kit, folded: what is printed or filled in."""
    text = (KIT / f"{request.which}.md").read_text("utf-8")
    text = text.partition("\n")[2]  # its title is the summary's
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    text = re.sub(r"^- \[ \] (.*)", r"☐ \1<br>", text, flags=re.MULTILINE)
    text = re.sub(r"^#+ (.*)$", r"**\1**", text, flags=re.MULTILINE)
    html = markdown.markdown(text, extensions=["tables"]).replace("\n", " ")
    return f"<details><summary>{escape(request.words)}</summary>{html}</details>"


WHICH = {"rules": table, "answer": answer, "download": download} | dict.fromkeys(
    ("REVIEW", "CONTRACT", "DECISION"), paper
)


def made(request):
    """Return what made:kit/WHICH stands for, as one line of HTML."""
    if request.which not in WHICH:
        known = ", ".join(WHICH)
        raise PluginError(f"{request.place}: no kit/{request.which}; there are {known}")
    return WHICH[request.which](request)


def link(html, page, files):
    """Say below each heading of a page which rule of the kit stands for it."""
    kit_page = files.get_file_from_path(PAGE)
    if kit_page is None:
        return html
    address = get_relative_url(kit_page.url, page.url)
    for rule in rules():
        path, anchor = rule.url.split("/#")
        if page.file.src_path == f"{path}.md":
            to = f'<a href="{address}#rule-{rule.name}"><code>{rule.name}</code></a>'
            line = f'<p class="rule">Rule: {to}</p>'
            html = re.sub(rf'(<h\d id="{anchor}">[\s\S]*?</h\d>)', rf"\1{line}", html, count=1)
    return html


def _code(text):
    """Return a message as HTML, with names where ast-grep puts in those of the code."""
    return inline(re.sub(r"\$([A-Z]+)", lambda match: STANDS_FOR[match[1]], text))


def pack(target, site):
    """Write the archive: the folder as it is, with the addresses of the site, and orders.py."""

    def with_addresses(kit):
        for rule in (kit / "rules").iterdir():
            rule.write_text(URL.sub(f"url: {site}", rule.read_text("utf-8")), "utf-8")

    packing.archive(target, "threads-kit", KIT, PROGRAM, changed=with_addresses)


def write(config):
    """Write the archive into the built site, if the project has the kit."""
    if KIT.exists():
        pack(Path(config.site_dir, ARCHIVE), config.site_url or "")
