"""What the search knows: every section of every page, written as one script.

A script, because a page opened from a file may load a script but not fetch data.
"""

import json
import re

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

NAME = "assets/search-index.js"
HEADINGS = ("h1", "h2", "h3")
BLOCKS = ("p", "li", "tr", "td", "th", "div", "pre", "figcaption", "dt", "dd", "summary", "br")
ELSEWHERE = {"where-to-go-next", "the-chapters", "sharing", "ending", "services"}  # only lead on
NO_TEXT = {"headerlink", "filename", "ran", "explorer-table"}
ROW = 4  # the level of a row of the thread-safety table
ROWS_BOOST = 0.0005  # of these: a section of the guide that answers, too, comes first
WORD = re.compile(r"[A-Za-z_][\w.]*\w|\d[\w.]*")
ASKED = re.compile(r"\s*<!--\s*asked: .*-->")  # how people ask, below a heading
ERROR = re.compile(r"^(?:[\w.]+(?:Error|Exception|Warning|Interrupt|Pool)|Fatal Python error): .*")


def pages(url, title, boost, html, description):
    """Return a page as [url, title, boost, sections]; rows that it has follow as another."""
    found = sections(html, description)
    rows = [section for section in found if section[1] == ROW]
    yield [url, title, boost, [section for section in found if section[1] != ROW]]
    if rows:
        yield [url, title, ROWS_BOOST, rows]


def sections(html, description):
    """Return the sections of a page.

    Each is [anchor, level, heading, prose, words only in code, other words for the heading].
    """
    found = []
    _walk(BeautifulSoup(html, "html.parser"), found, 3)
    _add(found[:1], 3, f" {description}")
    return [
        [anchor, level, _line(heading), _line(prose), _words(code, heading + prose), asked[:-2]]
        for anchor, level, heading, prose, code, asked in found
        if anchor not in ELSEWHERE
    ]


def _walk(node, found, into):
    """Add the text of `node` to the last section found.

    2 is a heading, 3 prose, 4 code, 5 what a comment says is asked.
    """
    for child in node.children:
        if isinstance(child, Tag):
            if child.name in ("svg", "script", "style") or NO_TEXT & {*child.get("class", [])}:
                continue
            if child.name in HEADINGS and child.get("id"):
                found.append([child["id"], int(child.name[1]), "", "", "", ""])
                _walk(child, found, 2)
            elif child.name == "pre":
                _add(found, 4, child.get_text() + "\n")
                errors = filter(ERROR.match, child.get_text().splitlines())
                _add(found, 3, "".join(f" {line} " for line in errors))
            elif child.name == "tr" and child.has_attr("data-seen"):
                _row(child, found)
            else:
                _add(found, into, " " if child.name in BLOCKS else "")
                _walk(child, found, into)
        elif isinstance(child, Comment) and child.strip().startswith("asked: "):
            _add(found, 5, child.strip().removeprefix("asked: ") + "; ")
        elif type(child) is NavigableString:
            _add(found, into, str(child))


def _row(row, found):
    """Add a row of the thread-safety table; those of one object are one section, as it is asked."""
    heading = f"{row.th.a.get_text().partition('(')[0]}: thread-safe?"
    section = next((s for s in found if s[2] == heading), None)
    if not section:
        section = [row["id"], ROW, heading, "", "", ""]
        found.append(section)
    for cell in row.find_all(["th", "td"]):
        _walk(cell, [section], 3)
        section[3] += " "


def _add(found, into, text):
    if found:
        found[-1][into] += text


def _line(text):
    return " ".join(text.split())


def _words(code, known):
    """Return each word of `code` once, without those that the text has anyway."""
    words = dict.fromkeys(WORD.findall(code))
    for word in WORD.findall(known):
        words.pop(word, None)
    return " ".join(words)


def script(pages):
    """Return the index of [url, title, boost, sections] pages as JavaScript."""
    return f"searchIndex({json.dumps(pages, ensure_ascii=False, separators=(',', ':'))})\n"
