"""The error pages: a heading is a message that a block below it printed, and the index has all."""

import re
from html import unescape

import pytest

from built import ROOT
from engine import fences

PAGES = sorted(p for p in (ROOT / "docs/errors").glob("*.md") if p.name != "index.md")
HEADING = re.compile(r"^## (?P<text>.*?) \{ #(?P<id>[\w-]+) \}$", re.MULTILINE)
UNFINISHED = "…"  # in a heading: what differs from run to run


def sections(page):
    """Yield (line, message, id, text) for each message of a page."""
    text = page.read_text("utf-8")
    assert len(HEADING.findall(text)) == len(re.findall("^## ", text, re.M)), f"{page}: no id"
    found = [match for match in HEADING.finditer(text) if match["id"] != "next"]
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        line = text[: match.start()].count("\n") + 1
        yield line, _plain(match["text"]), match["id"], text[match.end() : end]


def _plain(markdown):
    return unescape(re.sub(r"\\(.)", r"\1", markdown))


def _said(text):
    """Return text without what the wrapping of a long message adds, and without its numbers."""
    return re.sub(r"\W+", " ", re.sub(r"0x\w+|\(pid=\d+\)|(?<=\bid )\d+", "", text)).strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_heading_is_a_message_that_a_block_below_it_printed(page):
    for line, message, _, text in sections(page):
        printed = _said(" ".join(b.shown or "" for b in fences.blocks(text)))
        parts = [_said(part) for part in message.split(UNFINISHED)]
        # An output says "RuntimeError: …"; where a block catches it, the type stands in the text.
        assert all(part in printed for part in parts), (
            f"docs/errors/{page.name}:{line}: no block prints {message!r}"
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_message_has_a_block_that_provokes_it_and_one_that_works(page):
    for line, message, _, text in sections(page):
        blocks = fences.blocks(text)
        assert len(blocks) >= 2, f"docs/errors/{page.name}:{line}: {message}"
        assert "raises" not in blocks[-1].marks, (
            f"docs/errors/{page.name}:{line}: the repair raises"
        )


def test_the_index_lists_every_message_and_no_other():
    index = (ROOT / "docs/errors/index.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(.*)\]\(([\w-]+)\.md#([\w-]+)\) \|", index, re.MULTILINE)
    there = [(message, page.stem, i) for page in PAGES for _, message, i, _ in sections(page)]
    assert sorted((_plain(m), p, i) for m, p, i in listed) == sorted(there)
    assert len(there) >= 40
