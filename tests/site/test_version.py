"""One version: what CHANGES.md says stands in CITATION.cff and on every page."""

import re

import pytest
import yaml

import version
from built import SITE, pages, soup
from engine import ROOT


def test_the_citation_names_the_version_and_its_date():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], str(cited["date-released"])) == version.current()


def test_every_page_says_version_and_date_at_its_foot():
    said = "Version {} of {}".format(*version.current())
    for page in pages(SITE):
        foot = " ".join(soup(page).select_one(".md-copyright").get_text().split())
        assert said in foot, page


def test_the_changes_are_a_page_with_every_version():
    listed = soup(SITE / "reference/changes/index.html").select("article h2")
    entries = re.findall(r"^## (.*)$", version.CHANGES.read_text("utf-8"), re.MULTILINE)
    assert [heading.get_text().strip("¶ ") for heading in listed][: len(entries)] == entries


def test_changes_without_a_version_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(version, "CHANGES", tmp_path / "CHANGES.md")
    version.CHANGES.write_text("# Changes\n\n## Some day\n")
    with pytest.raises(ValueError, match=r"CHANGES\.md: no entry"):
        version.current()
