"""The evidence that the site publishes."""

import json

import jsonschema
import pytest

from built import SITE
from engine import ROOT


@pytest.fixture(scope="module")
def published():
    return json.loads((SITE / "reference/evidence.json").read_text("utf-8"))


def test_the_published_evidence_follows_its_schema(published):
    schema = json.loads((ROOT / "docs/reference/evidence.schema.json").read_text("utf-8"))
    jsonschema.validate(published, schema)
    assert published["rows"]


def test_every_row_has_every_build(published):
    columns = [build["column"] for build in published["builds"]]
    assert all(list(row["results"]) == columns for row in published["rows"])


def test_no_block_failed_where_it_ran(published):
    failed = [
        f"docs/{row['page']}:{row['line']} on {column}"
        for row in published["rows"]
        for column, result in row["results"].items()
        if result["outcome"] == "failed"
    ]
    assert failed == []


def test_the_unlocked_counter_loses_updates_without_the_gil_alone(published):
    first, *_ = sorted(row["line"] for row in published["rows"] if row["page"] == "index.md")
    counter = next(r for r in published["rows"] if (r["page"], r["line"]) == ("index.md", first))
    for build in published["builds"]:
        result = counter["results"][build["column"]]
        if result["outcome"] != "not run":
            lost = int(result["output"].partition(" ")[0])
            assert (lost > 0) == build["free_threaded"], build["column"]
