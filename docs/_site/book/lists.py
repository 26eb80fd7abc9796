"""What leads into the book: contents, and indexes of errors, names and rules."""

import keyword
import re
from html import escape

ERROR = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception|Interrupt|Group|Exit|Full|Empty)\b")
NAME = re.compile(r"[A-Za-z_]\w*(\.\w+)*(?=\(|$)")
RULES = "guide/best-practices/"


WIDE = 1000  # takes the room of a number that is not yet known


def contents(pages, numbers):
    """Return the table of contents as HTML; `numbers` is {id: page number}, as far as known."""
    rows, last = [], ()
    for page in pages:
        for level, part in opening(page.parts, last):
            rows.append(f'<li class="part part-{level}">{escape(part)}</li>')
        last = page.parts
        rows.append(_row("chapter-row", page.article.h1, page.id(), numbers))
        for heading in page.article.select("h2[id]"):
            rows.append(_row("section-row", heading, heading["id"], numbers))
    for id, title in INDEXES.items():
        number = numbers.get(id, WIDE)
        rows.append(
            f'<li class="chapter-row"><a href="#{id}" data-page="{number}">{title}</a></li>'
        )
    return f'<nav class="contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></nav>'


def opening(parts, last):
    """Yield (level, part) for each part that begins with a page; `last` are those of the last."""
    for level in range(1, len(parts) + 1):
        if parts[:level] != last[:level]:
            yield level, parts[level - 1]


def _row(style, heading, id, numbers):
    text = escape(heading.get_text())
    return (
        f'<li class="{style}"><a href="#{id}" data-page="{numbers.get(id, WIDE)}">{text}</a></li>'
    )


INDEXES = {
    "index-of-errors": "Index of errors",
    "index-of-names": "Index of names",
    "index-of-rules": "Index of rules",
}


def indexes(pages, numbers):
    """Return the three indexes as HTML."""
    found = dict(zip(INDEXES, (_errors(pages), _names(pages), _rules(pages)), strict=True))
    return "".join(
        f'<section class="index" id="{id}"><h1>{INDEXES[id]}</h1><ul>'
        + "".join(
            f"<li>{term} {_places(ids, numbers)}</li>"
            for term, ids in sorted(entries.items(), key=lambda entry: _order(entry[0]))
        )
        + "</ul></section>"
        for id, entries in found.items()
    )


def _order(term):
    return re.sub(r"<[^>]+>|_", "", term).lower()


def _places(ids, numbers):
    """Return the page numbers as links, each number once."""
    first = {}
    for id in ids:
        first.setdefault(numbers[id], id)
    return ", ".join(f'<a href="#{id}">{number}</a>' for number, id in sorted(first.items()))


def _errors(pages):
    """Errors that a heading names, or that an output ends with, with their messages."""
    entries = {}
    for page in pages:
        for heading in page.article.select("h1[id], h2[id], h3[id]"):
            text = heading.get_text()
            if ERROR.match(text):
                entries.setdefault(_error(text), []).append(heading["id"])
        for output in page.article.select(".output[id]"):
            for line in output.select(".l"):
                text = line.get_text().strip()
                if re.match(rf"{ERROR.pattern}(: |$)", text):
                    entries.setdefault(_error(text), []).append(output["id"])
    return entries


def _error(text):
    name = ERROR.match(text)[0]
    message = text[len(name) :].lstrip(": ")
    message = message if len(message) < 70 else message[:66].rsplit(" ", 1)[0] + " …"
    return f"<code>{escape(name)}</code> {escape(message)}".strip()


def _names(pages):
    """Names that a heading holds, or whose documentation a chapter links to, once a chapter."""
    entries = {}
    for page in pages:
        seen, section = set(), page.id()
        for tag in page.article.select("h1, h2, h3, a > code"):
            if tag.name != "code":
                section = tag.get("id", section)
            elif "docs.python.org" not in tag.parent["href"]:
                continue
            for code in tag.select("code") if tag.name != "code" else [tag]:
                match = NAME.match(code.get_text())
                name = match and match[0]
                if name and name not in seen and not _common(name):
                    seen.add(name)
                    entries.setdefault(f"<code>{escape(name)}</code>", []).append(section)
    return entries


def _common(name):
    return len(name) < 3 or keyword.iskeyword(name) or name in ("None", "True", "False", "print")


def _rules(pages):
    return {
        escape(heading.get_text()): [heading["id"]]
        for page in pages
        if page.address == RULES
        for heading in page.article.select("h2[id]")
        if not heading["id"].endswith("--where-to-go-next")
    }
