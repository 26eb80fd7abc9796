"""The list of what changed in CPython: each row has its source, and what it shows has run."""

import re

import pytest

from engine import ROOT, fences

PAGE = ROOT / "docs/reference/which-python.md"
SECTION = re.compile(r"^## What changed in (3\.\d+) \{ #in-3-\d+ \}$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
SAID = r"https://docs\.python\.org/3/(?:whatsnew|library)/\S+#\S+"
SOURCE = re.compile(rf" · \[[\w' ]+\]\({SAID}\) \|$")


def rows():
    """Return (version, row) of each row of the lists."""
    text = PAGE.read_text("utf-8")
    starts = [*SECTION.finditer(text)]
    for start in starts:
        table = text[text.index("| --- |", start.end()) :].partition("\n\n")[0]
        yield from ((start[1], row) for row in table.splitlines()[1:])


def section(page, anchor):
    """Return the text of a section, to the next heading of its level or above."""
    text = page.read_text("utf-8")
    heading = re.search(rf"^(#+) .*\{{ #{re.escape(anchor)} \}}$", text, re.MULTILINE)
    if not heading:
        plain = {re.sub(r"[^\w -]", "", m[2]).lower().replace(" ", "-"): m for m in _headings(text)}
        heading = plain[anchor]
    after = re.search(rf"^#{{1,{len(heading[1])}}} ", text[heading.end() :], re.MULTILINE)
    return text[heading.end() :][: after.start() if after else None]


def _headings(text):
    return re.finditer(r"^(#+) (.*)$", text, re.MULTILINE)


def test_there_is_a_list_for_each_version():
    assert sorted({version for version, _ in rows()}) == ["3.11", "3.12", "3.13", "3.14", "3.15"]
    assert len([*rows()]) > 70


def test_each_row_ends_with_a_link_to_what_cpython_says():
    assert [row for _, row in rows() if not SOURCE.search(row)] == []


def test_each_row_about_new_things_links_to_its_own_version_of_whats_new():
    elsewhere = [
        row
        for version, row in rows()
        for link in re.findall(r"\[What's New\]\(\S+/whatsnew/(3\.\d+)\.html", row)
        if link != version
    ]
    assert elsewhere == []


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14", "3.15"])
def test_what_a_row_leads_to_has_a_block(version):
    links = [LINK.search(row.partition(" | ")[0]) for v, row in rows() if v == version]
    inside = [link[1] for link in links if link and "://" not in link[1]]
    assert inside
    for link in inside:
        path, _, anchor = link.partition("#")
        page = (PAGE.parent / path).resolve() if path else PAGE
        assert fences.blocks(section(page, anchor)), link
