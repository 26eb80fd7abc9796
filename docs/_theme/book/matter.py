"""What stands before and behind the chapters: cover, contents, indexes."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

MARK = Path(__file__).parents[1] / "assets/mark.svg"
ERROR = re.compile(r"^(?:\w+\.)*\w*(?:Error|Warning|Exception|Empty|Full|ShutDown|Pool)\b")
RULES = "guide/best-practices/"


def about(site, start):
    """Return what identifies this edition: its title, promise, version, date and builds."""
    evidence = site / "reference/evidence.json"
    builds = json.loads(evidence.read_text("utf-8"))["builds"] if evidence.exists() else []
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).timestamp())
    return {
        "title": start.title.get_text().strip(),
        "promise": start.select_one('meta[name="description"]')["content"],
        "date": datetime.fromtimestamp(epoch, UTC),
        "version": _version(),
        "builds": [f"CPython {b['version']}{'t' * b['free_threaded']}" for b in builds],
    }


def _version():
    try:
        command = ["git", "describe", "--always", "--dirty", "--tags"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unversioned"


def head(edition, title=None):
    """Return the <head> of a document, with its metadata."""
    made = edition["date"].strftime("%Y-%m-%dT%H:%M:%SZ")
    meta = {
        "description": edition["promise"],
        "author": "The authors of Python Threads, Executed",
        "keywords": ", ".join(["Python", "threads", edition["version"], *edition["builds"]]),
        "dcterms.created": made,
        "dcterms.modified": made,
    }
    tags = "".join(f'<meta name="{k}" content="{escape(v)}">' for k, v in meta.items())
    title = f"{title} · {edition['title']}" if title else edition["title"]
    return f'<head><meta charset="utf-8"><title>{escape(title)}</title>{tags}</head>'


def front(edition, chapters, page_of):
    """Return cover and contents as HTML; `page_of` gives the page of an id."""
    builds = ", ".join(edition["builds"]) or "no build"
    rows, part = [], None
    for chapter in chapters:
        if chapter.part != part and chapter.part:
            rows.append(f'<li class="part">{escape(chapter.part)}</li>')
        part = chapter.part
        rows.append(_entry("chapter-entry", chapter.id, chapter.title, page_of))
        rows += [
            _entry("section-entry", anchor, title, page_of)
            for level, anchor, title in chapter.sections
            if level == 2
        ]
    index = _entry("chapter-entry", "index--", "Index", page_of)
    return (
        f'<section class="cover"><img alt="{escape(edition["title"])}" src="{MARK.as_uri()}">'
        f"<h1>{escape(edition['title'])}</h1><p>{escape(edition['promise'])}</p>"
        f'<p class="edition">Edition of {edition["date"]:%Y-%m-%d} ({escape(edition["version"])}).'
        f"<br>Executed on {escape(builds)}.</p></section>"
        f'<nav class="contents"><h1>Contents</h1><ol>{"".join(rows)}{index}</ol></nav>'
    )


def _entry(name, anchor, title, page_of):
    return (
        f'<li class="{name}"><a href="#{anchor}">{escape(title)}'
        f'<span class="page"> {page_of(anchor)}</span></a></li>'
    )


def back(chapters, page_of):
    """Return the indexes of errors, of names and of rules, as HTML."""
    errors, names, rules = {}, {}, {}
    for chapter in chapters:
        for level, anchor, title in chapter.sections:
            if level > 1 and ERROR.match(title):
                errors.setdefault(title, []).append(anchor)
            elif chapter.address == RULES and level == 2 and title != "Where to go next":
                rules.setdefault(title, []).append(anchor)
        for name, anchor in chapter.names:
            names.setdefault(name, []).append(anchor)
    lists = {"Errors": errors, "Names": names, "Rules": rules}
    return (
        '<section class="index" id="index--"><h1>Index</h1>'
        + "".join(
            f"<h2>{title}</h2><ul>{_places(entries, page_of)}</ul>"
            for title, entries in lists.items()
            if entries
        )
        + "</section>"
    )


def _places(entries, page_of):
    rows = []
    for name in sorted(entries, key=str.lower):
        pages = {page_of(anchor): anchor for anchor in reversed(entries[name])}
        links = ", ".join(f'<a href="#{pages[page]}">{page}</a>' for page in sorted(pages))
        rows.append(f"<li>{escape(name)} {links}</li>")
    return "".join(rows)


if __name__ == "__main__":
    sys.exit("matter.py is a part of the book: run python docs/_theme/book")
