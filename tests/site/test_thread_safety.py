"""The thread-safety table: complete, as data and as a page, and what its controls do."""

import gzip
import json

import jsonschema
import pytest
from playwright.sync_api import expect

from built import SITE, soup
from engine import ROOT, builds, rows

PAGE = SITE / "reference/thread-safety/index.html"
LIGHT = 80_000  # bytes, compressed
FEWEST = 20  # operations, where a run came to its end


@pytest.fixture(scope="module")
def published():
    return json.loads((SITE / "reference/thread-safety.json").read_text("utf-8"))


@pytest.fixture
def table(visit, address):
    visit.goto(f"{address}reference/thread-safety/")
    yield visit
    assert visit.errors == []


def shown(page):
    return [row.get_attribute("id") for row in page.locator(".safety tbody tr:visible").all()]


def test_the_data_follows_its_schema(published):
    schema = json.loads((ROOT / "docs/reference/thread-safety.schema.json").read_text("utf-8"))
    jsonschema.validate(published, schema)
    assert [row["id"] for row in published["rows"]] == [row.anchor for row in rows.table()]


def test_every_row_ran_on_this_build(published):
    missing = {row["id"] for row in published["rows"] if builds.this().name not in row["results"]}
    assert missing == {row.anchor for row in rows.table() if row.unrun}


def test_a_run_that_came_to_its_end_had_enough_operations(published):
    few = [
        (row["id"], build)
        for row in published["rows"]
        for build, result in row["results"].items()
        if result["kind"] not in ("crashed", "hang", "absent") and result["operations"] < FEWEST
    ]
    assert few == []


def test_an_unlocked_counter_loses_updates_without_the_gil_alone(published):
    (counter,) = [row for row in published["rows"] if row["id"] == "number-add"]
    for build in published["builds"]:
        if result := counter["results"].get(build["column"]):
            assert result["kind"] == ("lost" if build["free_threaded"] else "nothing"), build


def test_a_row_without_documentation_says_so():
    cells = {
        row["id"]: row.select("td")[0].get_text() for row in soup(PAGE).select(".safety tbody tr")
    }
    assert {row.anchor for row in rows.table()} == {*cells}
    for row in rows.table():
        assert cells[row.anchor].startswith(row.level or "not documented"), row.anchor


def test_what_is_against_documentation_is_listed_above_the_table(published):
    against = {
        row["id"]
        for row in published["rows"]
        if row["level"] in ("shared", "atomic")
        and any(r["kind"] not in ("nothing", "absent") for r in row["results"].values())
    }
    heading = soup(PAGE).find(id="against")
    listed = {link["href"][1:] for link in heading.find_next("ul").select('a[href^="#"]')}
    assert listed == against


def test_the_page_is_light():
    assert len(gzip.compress(PAGE.read_bytes())) <= LIGHT


def test_it_is_filtered_by_words_level_and_build(table, published):
    all_rows = [row["id"] for row in published["rows"]]
    assert shown(table) == all_rows
    table.get_by_label("Words").fill("deque copy()")
    assert shown(table) == ["deque-copy"]
    table.get_by_label("Words").fill("")
    table.get_by_label("Documented as").select_option("compatible")
    assert shown(table) == [r["id"] for r in published["rows"] if r["level"] == "compatible"]
    table.get_by_label("Documented as").select_option("")
    build = published["builds"][0]["column"]
    table.get_by_label("Something seen on").select_option(build)
    seen = {
        row["id"]
        for row in published["rows"]
        if row["results"].get(build, {}).get("kind", "nothing") not in ("nothing", "absent")
    }
    assert {*shown(table)} == seen
    expect(table.locator("#safety-count")).to_have_text(f"{len(seen)} of {len(all_rows)} rows")


def test_it_is_sorted_up_down_and_back(table, published):
    before = shown(table)
    head = table.locator(".safety thead th", has_text="Documented")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    level = {row["id"]: row["level"] for row in published["rows"]}
    ranks = [("not", *rows.LEVELS).index(level[one] or "not") for one in shown(table)]
    assert ranks == sorted(ranks)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert level[shown(table)[0]] == "atomic"
    head.get_by_role("button").click()
    expect(head).not_to_have_attribute("aria-sort", "ascending")
    assert shown(table) == before


def test_a_row_can_be_linked_to(visit, address):
    visit.goto(f"{address}reference/thread-safety/#deque-copy")
    expect(visit.locator("tr:target")).to_be_in_viewport()
    assert visit.locator("tr:target").get_attribute("id") == "deque-copy"


def test_a_phone_shows_each_row_as_a_card(table):
    table.set_viewport_size({"width": 390, "height": 800})
    row = table.locator("#deque-copy")
    cells = row.locator("th, td").all()
    tops = [cell.bounding_box()["y"] for cell in cells]
    assert tops == sorted({*tops})
    assert all(cell.bounding_box()["width"] > 300 for cell in cells)
