"""The page of bugs found in the wild: what it says of each is what ran, and what a rule flags."""

import json
import os
import re
import subprocess
import sys

import pytest

import kit
import wild
from built import SITE, soup

BIN = os.path.dirname(sys.executable)
BUGS = {bug.id: bug for bug in wild.bugs()}
FEWEST, LONGEST = 12, 30  # bugs; lines of a program with code in them
REPORT = re.compile(r"\(https://github\.com/[\w-]+/[\w.-]+/(?:issues|pull)/\d+\)")

every_bug = pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)


@pytest.fixture(scope="module")
def flagged(tmp_path_factory):
    """Return {bug: the rules of the kit that flag its programs}."""
    folder = tmp_path_factory.mktemp("wild")
    for bug in BUGS.values():
        for name, text in bug.programs.items():
            path = folder / bug.id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    command = [f"{BIN}/ast-grep", "scan", "--config", kit.KIT / "sgconfig.yml", "--json=compact"]
    run = subprocess.run([*command, "."], cwd=folder, capture_output=True, text=True, check=False)
    hits = {name: set() for name in BUGS}
    for hit in json.loads(run.stdout):
        hits[hit["file"].removeprefix("./").partition("/")[0]].add(hit["ruleId"])
    return hits


def test_every_section_is_a_bug_with_its_four_words():
    sections = wild.SECTION.findall(wild.PAGE.read_text("utf-8"))
    assert [identity for _, identity in sections] == [*BUGS]
    assert len(BUGS) >= FEWEST


@every_bug
def test_a_bug_has_a_report_and_a_program_of_one_screen(bug):
    assert REPORT.search(bug.text)
    assert bug.programs
    lines = [line for text in bug.programs.values() for line in text.splitlines() if line.strip()]
    assert len(lines) <= LONGEST


@every_bug
def test_the_rule_that_is_named_is_the_one_that_flags_it(bug, flagged):
    rule = bug.words["rule"]
    named = set() if rule.startswith("none: ") else {*re.findall(r"\[`([\w-]+)`\]", rule)}
    assert named == flagged[bug.id]
    assert named or rule.startswith("none: ")


@every_bug
def test_the_search_breaks_the_program_and_not_its_fix(bug):
    assert bug.searched == ("orders.py" in bug.words["found"])
    if bug.searched:
        verdicts = re.findall(r"^test_\w+\.py::(test_\w+): (\w+)", bug.block.shown, re.MULTILINE)
        assert [verdict for _, verdict in verdicts] == ["breaks", "holds"]
        assert wild.BREAKS.search(bug.block.shown)
        assert wild.HOLDS.search(bug.block.shown)


def test_the_numbers_of_the_table_are_those_of_the_runs():
    rows = soup(SITE / "proved/wild/index.html").select("table tbody tr")
    assert len(rows) == len(BUGS)
    for row, bug in zip(rows, BUGS.values(), strict=True):
        breaks, holds = (cell.get_text() for cell in row.select("td")[2:4])
        printed = wild.outputs(bug) if bug.searched else {}
        assert (breaks, holds) == (wild.runs(wild.BREAKS, printed), wild.runs(wild.HOLDS, printed))
        assert row.select_one("a")["href"] == f"#{bug.id}"


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ({}, "–"),
        ({"3.11": "a: breaks, in run 4"}, "4"),
        ({"3.11": "a: breaks, in run 4", "3.12": "a: breaks, in run 1,204"}, "4–1,204"),
        ({"3.11": "a: breaks, in run 4", "3.12": "a: holds"}, "4 on 3.11"),
    ],
)
def test_a_range_says_where_it_is_not_that_of_every_build(printed, said):
    assert wild.runs(wild.BREAKS, printed) == said
