"""What must hold of the pages together."""

import os
import re
import sys

import pytest
import yaml

import after
from engine import ROOT, builds, fences, rows

PAGES = sorted((ROOT / "docs").rglob("*.md"))
NOTEBOOKS = sorted((ROOT / "docs/measured").glob("*.py"))
START = ROOT / "docs/index.md"  # its doors say both


def shown():
    """Return the path of every program that a page, a notebook or a table shows."""
    paths = {path for page in PAGES for path in fences.programs(page)}
    linked = {
        name for p in PAGES for name in re.findall(r"made:program/(\w+)", p.read_text("utf-8"))
    }
    paths |= {
        str(p.relative_to(ROOT)) for n in linked for p in (ROOT / "examples").rglob(f"{n}.py")
    }
    for notebook in NOTEBOOKS:
        paths |= {b.program for b in fences.shown(notebook.read_text("utf-8"))}
    return paths | {row.program for row in rows.table()} | {f"{rows.FOLDER}/stress.py"}


def test_every_program_is_shown():
    programs = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").rglob("*.py")}
    assert programs - shown() == set(), "no page shows these programs"


def test_every_version_that_a_block_needs_is_one_that_the_guide_runs_on():
    needed = {
        (f"{page.relative_to(ROOT)}:{block.line}", need)
        for page in PAGES
        for block in fences.blocks(page.read_text("utf-8"))
        for need in block.needs
        if need[0].isdigit()
    }
    assert needed
    assert {(at, need) for at, need in needed if need not in builds.VERSIONS} == set()


def test_every_recorded_output_belongs_to_a_program():
    outputs = (ROOT / "examples").rglob("*.out")
    assert [str(out) for out in outputs if not out.with_suffix(".py").exists()] == []


def test_no_output_shows_a_path_of_the_machine_that_ran_it():
    private = {os.path.expanduser("~"), str(ROOT), sys.base_prefix} - {"~", "/"}  # without a home
    shown = [*PAGES, *(ROOT / "examples").rglob("*.out")]
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in shown
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if any(path in line for path in private)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_has_a_description_that_a_search_result_can_show(page):
    place = page.relative_to(ROOT)
    front_matter = re.match(r"---\n([\s\S]*?)^---$", page.read_text("utf-8"), re.MULTILINE)
    assert front_matter, f"{place}:1: no front matter"
    description = yaml.safe_load(front_matter[1]).get("description")
    assert description, f"{place}:1: no description in the front matter"
    assert len(description) <= 155, f"{place}:1: a description of over 155 characters"


@pytest.mark.parametrize("page", [*PAGES, *NOTEBOOKS], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_says_where_to_go_next(page):
    assert page == START or "## Where to go next" in page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_says_what_one_can_do_after_it(page):
    said = re.search(r"^!\[You [^\]]+\.\]\(made:after(/look-up)?\)$", page.read_text("utf-8"), re.M)
    assert bool(said) != (page == START)


def test_reading_takes_as_long_as_its_words_and_blocks():
    words, block = "word " * after.WORDS, "```python\nprint()\n```\n"
    assert after.reading(words) == 1
    assert after.reading(f"---\ntitle: {words}\n---\n{words}[{words}](over/there.md)") == 2
    assert after.reading(block * 4) == 4 * after.BLOCK
