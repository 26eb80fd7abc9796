"""The tools that find races: what is recorded fits the corpus, and is counted as it must be."""

import json
import types

import pytest

import tool_record as record
import tool_tables
import tools
from tool_record import ALL, BREAKS, NONE, NOTHING, RECORD, WITHIN, Broken
from tool_runs import BOUND, TOOLS

WITHIN_2 = WITHIN.format(2)


@pytest.fixture(scope="module")
def recorded():
    return record.read()


def test_what_is_recorded_fits_the_corpus(recorded):
    """If it does not: `make tools` measures what has changed."""
    assert record.stale(recorded) == [], f"run: {record.COMMAND}"


def test_every_tool_has_been_measured_on_every_program_somewhere(recorded):
    measured = {tool.partition("-")[0] for tool in tool_tables.complete(recorded)}
    assert measured == {tool.partition("-")[0] for tool in tools.RUNS}


def forged(recorded, tool, program, verdict, kind="Bad"):
    """Return the record with one verdict changed."""
    runs = {where: {**run, "results": {**run["results"]}} for where, run in recorded.items()}
    build = tool_tables.complete(recorded)[tool][0]
    results = runs[tool, build]["results"]
    results[program] = {**results[program], kind: verdict}
    return runs


def counts(runs, word):
    return sum(worth == word for *_, worth, _ in record.outcomes(runs))


@pytest.mark.parametrize(
    ("kind", "verdict", "word"),
    [
        ("Bad", ALL, record.FALSE_CERTIFICATE),
        ("Bad", WITHIN_2, record.FALSE_CERTIFICATE),
        ("Bad", NOTHING, record.MISSED),
        ("Bad", NONE, record.NONE),
        ("Fixed", BREAKS, record.FALSE_ALARM),
        ("Fixed", NONE, record.NONE),
    ],
)
def test_a_forged_verdict_shows_as_what_it_is(recorded, kind, verdict, word):
    before = counts(recorded, word)
    false = forged(recorded, "frontrun", "lost_update", verdict, kind)
    assert counts(false, word) == before + 1
    assert tool_tables.summary(false) != tool_tables.summary(recorded)
    named = tool_tables.certified(false) != tool_tables.certified(recorded)
    assert named == (word == record.FALSE_CERTIFICATE)


def test_a_certificate_with_a_bound_is_false_within_that_bound_alone():
    assert record.outcome("Bad", WITHIN_2, 2) == record.FALSE_CERTIFICATE
    assert record.outcome("Bad", WITHIN_2, 3) == record.MISSED
    assert record.outcome("Bad", WITHIN_2, None) == record.MISSED
    assert record.outcome("Bad", WITHIN.format(1), 2) == record.MISSED
    assert record.outcome("Bad", ALL, None) == record.FALSE_CERTIFICATE


def test_a_word_that_no_tool_says_is_refused():
    for kind, verdict in ("Bad", "fine"), ("Good", ALL):
        with pytest.raises(Broken):
            record.outcome(kind, verdict)


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: data["runs"][0].update(Bad=data["runs"][0]["Bad"][1:]),  # one is left out
        lambda data: data["runs"][0].update(Bad="x" * len(data["programs"])),
        lambda data: data["programs"].popitem(),
        lambda data: data.pop("runs"),
    ],
)
def test_a_record_that_does_not_fit_itself_is_refused(edit):
    data = json.loads(RECORD.read_text("utf-8"))
    edit(data)
    with pytest.raises(Broken):
        record.read(json.dumps(data))


def test_a_program_that_has_changed_makes_the_record_stale(recorded):
    data = json.loads(RECORD.read_text("utf-8"))
    data["programs"]["lost_update"] = "0" * 12
    found = record.stale(record.read(json.dumps(data)))
    assert len(found) >= len(recorded)
    assert all("lost_update" in line for line in found)
    for run in data["runs"]:
        if run["tool"].startswith("orders"):
            run["version"] = "0" * 12
    assert any(
        "orders.py has changed" in line for line in record.stale(record.read(json.dumps(data)))
    )


def test_the_record_is_written_as_it_is_read(recorded):
    assert record.write(recorded) == RECORD.read_text("utf-8")


def test_every_tool_that_is_run_is_named_and_its_claim_told():
    assert {*tools.RUNS} == {*tool_tables.NAMES} == {*tool_tables.CLAIMS}
    assert {*TOOLS} == {tool for tool in tools.RUNS if not tool.startswith("orders")}
    assert {*tools.BOUNDED} < {*tools.RUNS}
    assert BOUND == 2  # as the page says


def test_a_page_that_asks_for_no_such_table_is_told_which_there_are():
    errors = pytest.importorskip("mkdocs.exceptions")
    with pytest.raises(
        errors.PluginError, match=r"docs/x.md:3: no table tools/best; there are answer"
    ):
        tool_tables.made(types.SimpleNamespace(which="best", place="docs/x.md:3"))
