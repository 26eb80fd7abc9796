"""The version of the guide: the first entry of CHANGES.md, and nothing else says it."""

import re

import markdown

from engine import ROOT

CHANGES = ROOT / "CHANGES.md"
ENTRY = re.compile(r"^## (?P<version>\d{4}\.\d{2}\.\d+) of (?P<date>\d{4}-\d{2}-\d{2})$", re.M)


def current():
    """Return the version and its date, such as ("2026.11.2", "2026-11-27")."""
    entry = ENTRY.search(CHANGES.read_text("utf-8"))
    if not entry:
        raise ValueError("CHANGES.md: no entry such as ## 2026.11.2 of 2026-11-27")
    return entry["version"], entry["date"]


def changes(request):
    """Return every entry of CHANGES.md, as one line of HTML."""
    text = CHANGES.read_text("utf-8")
    return markdown.markdown(text[ENTRY.search(text).start() :]).replace("\n", " ")
