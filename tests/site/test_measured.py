"""The measured pages: what they compute from a run, and what happens when a run goes wrong."""

import re
import sys

import pytest

import figures
import measuring
from built import ROOT, SITE, soup
from engine import builds, evidence, fences, inputs

NOTEBOOKS = sorted(path.stem for path in (ROOT / "docs/measured").glob("*.py"))


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Measure a program of the given text on this interpreter alone."""
    for module in measuring, inputs, evidence:
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(evidence, "FOLDER", tmp_path / "evidence")
    monkeypatch.setattr(inputs, "ENGINE", ())
    monkeypatch.setattr(measuring, "_environments", lambda: [builds.this()])
    monkeypatch.setattr(measuring, "_chosen", lambda: {builds.this().name})
    (tmp_path / "examples").mkdir()

    def measure(text, *arguments):
        (tmp_path / "examples/work.py").write_text(text)
        (found,) = measuring.measured("work.py", *arguments).values()
        return found

    return measure


def test_a_measurement_says_what_measured_it(program):
    found = program("import json, sys; print(json.dumps({'arguments': sys.argv[1:]}))", "one")
    assert found["arguments"] == ["one"]
    assert found["version"] == sys.version.split()[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", found["measured_at"])


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ([1.8], "about 1.8 times"),
        ([1.7, 1.8, 1.9], "about 1.8 times"),
        ([0.6, 1.0, 1.7], "about 1.0 times (0.6 to 1.7)"),
        ([0.6, 0.96, 1.1], "about 1.0 times (0.6 to 1.1)"),
        ([1.8, 1.8, 0.7], "about 1.8 times (0.7 to 1.8)"),
    ],
)
def test_a_ratio_measured_on_a_busy_machine_says_how_far_it_spread(ratios, words):
    assert figures.times(ratios) == words


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_that_has_run_is_not_run_again(name):
    assert measuring.is_made(ROOT / "docs/measured" / f"{name}.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("print('no JSON')", "printed no JSON"),
        (
            "import threading\n"
            "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()\nprint({})",
            "complained[\\s\\S]*ZeroDivisionError",
        ),
        ("import time; time.sleep(60)", "not done after 1 seconds"),
    ],
)
def test_a_program_that_does_not_measure_is_named(program, monkeypatch, text, message):
    monkeypatch.setattr(measuring, "DEADLINE", 1)
    with pytest.raises(
        measuring.NotMeasured, match=rf"examples/work.py on CPython 3[\s\S]*{message}"
    ):
        program(text)


def test_a_record_is_reused_for_the_same_program_only(program, monkeypatch):
    text = "import json, time; print(json.dumps({'at': time.time_ns()}))"
    first = program(text)
    assert program(text) == first
    assert program(text, "argument") != first
    assert program(text + "\n") != first


def test_a_record_ends_with_a_module_that_the_program_imports(program, tmp_path):
    text = "import json, helper; print(json.dumps({'value': helper.value}))"
    (tmp_path / "examples").mkdir(exist_ok=True)
    helper = tmp_path / "examples/helper.py"
    helper.write_text("value = 1\n")
    assert program(text)["value"] == 1
    helper.write_text("value = 2\n")
    assert program(text)["value"] == 2


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_measured_page_opens_with_its_answer_and_one_plot(notebook):
    page = soup(SITE / "measured" / notebook / "index.html")
    opening = [
        tag.name if tag.name == "figure" else tag.get("class")
        for tag in page.find("h1").find_next_siblings()[:2]
    ]
    assert opening == [["answer"], "figure"]
    assert re.search(r"\d", page.select_one(".answer").get_text())


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_measured_page_shows_every_build_and_the_program(notebook):
    page = soup(SITE / "measured" / notebook / "index.html")
    tables = [table for table in page.select("table") if not table.find_parent("figure")]
    named = {row.th.get_text() for row in tables[0].select("tbody tr")}
    block = fences.included(f"examples/measured/{notebook}.py")
    assert named == {
        known["build"]["name"]
        for known in evidence.builds()
        if evidence.digest(block) in known["results"]
    }
    assert page.select_one("article .filename").get_text() == f"examples/measured/{notebook}.py"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_plot_has_its_values_as_text(notebook):
    plots = soup(SITE / "measured" / notebook / "index.html").select("figure.plot svg")
    assert plots
    assert all(re.search(r"\d", plot["aria-label"]) for plot in plots)
    for figure in (plot.parent for plot in plots):
        assert re.search(r"\d", figure.figcaption.get_text())
        assert re.search(r"\d", figure.details.table.tbody.get_text())


def test_a_build_that_does_not_measure_says_so(tmp_path, monkeypatch):
    notebook = tmp_path / "new.py"
    notebook.write_text("# %%\n")
    monkeypatch.setattr(measuring, "RECORDS", tmp_path / "records")
    monkeypatch.setattr(measuring, "MEASURE", False)
    assert "Not measured yet" in measuring.last_page(notebook, "<p>text</p>")
    monkeypatch.setattr(measuring, "MEASURE", True)
    assert not measuring.is_made(notebook)
    measuring.last_page(notebook, "<p>figures</p>")
    assert measuring.is_made(notebook)
    monkeypatch.setattr(measuring, "MEASURE", False)
    assert measuring.last_page(notebook, "<p>text</p>") == "<p>figures</p>"


def test_the_free_threaded_build_alone_loses_plain_updates(monkeypatch):
    """What the page on lost updates is about holds in the records that it was made from."""
    monkeypatch.setattr(measuring, "MEASURE", False)
    for name, run in measuring.measured("measured/lost_updates.py").items():
        plain = [max(r["lost"]) for r in run["measurements"] if r["way"] == "c += 1"]
        assert plain, name
        assert any(plain) == run["free_threaded"], name
