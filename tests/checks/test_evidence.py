"""The evidence says what ran, and nothing that did not."""

import json
import re
import sys
from types import SimpleNamespace

import pytest

import show_evidence
from engine import builds, evidence, fences
from small_project import GOOD


def lines(project, *texts):
    """Build a site with a page of each text; return each page's lines of evidence."""
    pages = {f"guide/page{number}.md": text for number, text in enumerate(texts)}
    status, output = project.build(pages)
    assert status == 0, output
    for page in pages:
        html = (project.folder / "site-small" / page[:-3] / "index.html").read_text("utf-8")
        yield re.findall(r'<a class="ran"[^>]*>([^<]*)</a>', html)


def ran(project, *options):
    status, output = project.run("pytest", "docs/guide", *options)
    assert status == 0, output


def test_a_block_without_a_run_is_not_run(project):
    assert [*lines(project, GOOD)] == [["Not run"]]


def test_a_run_shows_until_the_page_changes(project):
    ran(project)
    changed = (
        GOOD.replace('"one"', '"two"'),
        GOOD.replace("\none\n", "\ntwo\n"),
        GOOD.replace("```python", '<!--pytest.mark.varies("x")-->\n```python'),
    )
    longer = GOOD + "\n```python\npass\n```\n"
    (line,), moved, added, *others = lines(
        project, GOOD, "Text above.\n\n" + GOOD, longer, *changed
    )
    assert re.fullmatch(r"Ran on 3\.\d+t?", line)
    not_run = line.replace("Ran on", "not run on")
    assert moved == [line]
    assert added == [line, not_run]
    assert others == [[not_run]] * len(changed)


def test_evidence_of_another_text_says_nothing_about_this_one(project):
    ran(project)
    (path,) = (project.folder / ".cache/evidence").glob("*.json")
    known = json.loads(path.read_text("utf-8"))
    known["results"] = {f"{number:016x}": r for number, r in enumerate(known["results"].values())}
    path.write_text(json.dumps(known), "utf-8")
    ((line,),) = lines(project, GOOD)
    assert line.startswith("not run on")


def test_evidence_of_several_machines_is_merged(project):
    ran(project)
    (path,) = (project.folder / ".cache/evidence").glob("*.json")
    known = json.loads(path.read_text("utf-8"))
    known["build"]["platform"] = "macos"
    path.with_name("copied-macos.json").write_text(json.dumps(known), "utf-8")
    ((line,),) = lines(project, GOOD)
    name = known["build"]["name"]
    assert line == f"Ran on {name} · {name} macos"
    path.with_name("copied-macos.json").unlink()


def test_a_version_mark_that_is_not_needed_is_reported(project):
    page = project.write(
        "docs/guide/new.md", '<!--pytest.mark.needs("3.99")-->\n```python\npass\n```\n'
    )
    status, output = project.run("pytest", "docs/guide/new.md", "--builds", sys.executable)
    page.unlink()
    assert status == 1
    assert "docs/guide/new.md:2: needs 3.99, says its mark, but runs on" in output


def test_a_block_that_does_not_apply_says_why(project):
    page = project.write(
        "docs/guide/new.md", '<!--pytest.mark.needs("3.99")-->\n```python\n1 / 0\n```\n'
    )
    ran(project, "--builds", sys.executable)
    page.unlink()
    (path,) = (project.folder / ".cache/evidence").glob("*.json")
    results = json.loads(path.read_text("utf-8"))["results"].values()
    assert ("not applicable", "needs 3.99") in [(r["outcome"], r["reason"]) for r in results]


BLOCK = "```python\npass\n```\n"
OTHER = "```python\n1\n```\n"


@pytest.fixture
def summary(tmp_path, monkeypatch):
    """The sentence on a guide of two blocks, from forged evidence: {build: outcomes in order}."""
    monkeypatch.setattr(evidence, "FOLDER", tmp_path / "evidence")
    evidence.FOLDER.mkdir()
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "page.md").write_text(BLOCK + "\n" + OTHER)
    digests = [evidence.digest(block) for block in fences.blocks(BLOCK + "\n" + OTHER)]

    def forged(outcomes):
        for version, results in outcomes.items():
            build = builds.Build("", f"{version}.0", False, "linux", "")
            named = zip(digests, results, strict=True)
            evidence.record(
                build, {name: {"outcome": outcome} for name, outcome in named if outcome}
            )
        show_evidence.builds.cache_clear()
        try:
            return show_evidence.summary(SimpleNamespace(docs_dir=docs)).partition(" Last run: ")[0]
        finally:
            show_evidence.builds.cache_clear()

    return forged


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ({}, "0 of 2 blocks and programs ran."),
        ({"3.14": [None, None]}, "0 of 2 blocks and programs ran."),
        (
            {"3.14": ["passed", "passed"]},
            "2 of 2 blocks and programs ran, each on every build of CPython here that it applies "
            "to: 2 on 3.14.",
        ),
        (
            {"3.11": ["passed", "not applicable"], "3.14": ["passed", "passed"]},
            "2 of 2 blocks and programs ran, each on every build of CPython here that it applies "
            "to: 1 on 3.11, 2 on 3.14.",
        ),
        (
            {"3.11": ["passed", None], "3.14": ["passed", "passed"]},
            "2 of 2 blocks and programs ran. By build of CPython, of those that apply: 1 of 2 on "
            "3.11, 2 of 2 on 3.14.",
        ),
        (
            {"3.11": ["passed", "failed"]},
            "1 of 2 blocks and programs ran. By build of CPython, of those that apply: 1 of 2 on "
            "3.11; 1 failed.",
        ),
    ],
)
def test_the_sentence_on_what_ran_says_what_the_evidence_says(summary, outcomes, sentence):
    assert summary(outcomes) == sentence


def test_every_place_that_counts_says_that_sentence(project):
    ran(project)
    status, output = project.build(
        {"index.md": "# Start\n\n![Counts](made:counts)\n", "guide/good.md": GOOD}
    )
    assert status == 0, output
    site = project.folder / "site-small"
    said = json.loads((site / "reference/evidence.json").read_text("utf-8"))["summary"]
    assert said.startswith("1 of 1 blocks and programs ran, each on every build")
    for place in "index.html", "reference/evidence/index.html", "llms.txt":
        assert said in (site / place).read_text("utf-8"), place


def test_evidence_ends_with_a_module_that_a_program_imports(project):
    """A changed helper makes the run of everything that reads it stale, and nothing else."""
    helper = project.write("examples/helper.py", "print('one')\n")
    program = project.write("examples/shown.py", "import helper\n")
    page = (
        '```python title="examples/shown.py"\n--8<-- "examples/shown.py"\n```\n\n'
        "<!--pytest-codeblocks:expected-output-->\n```text\none\n```\n"
    )
    path = project.write("docs/guide/shown.md", page)
    ran(project)
    assert "2 unchanged since they ran" in project.run("pytest", "docs/guide")[1]
    helper.write_text("print('two')\n")
    status, output = project.run("pytest", "docs/guide")
    assert status == 1
    assert "+ two" in output
    assert "1 unchanged since they ran" in output
    for file in helper, program, path:
        file.unlink()


def page_of(project, language, code):
    """Return the page of one block, with the output that a run has written into it."""
    page = project.write("docs/guide/block.md", f"```{language}\n{code}```\n")
    status, output = project.run("pytest", "docs/guide/block.md", "--outputs")
    assert status == 0, output
    text = page.read_text("utf-8")
    page.unlink()
    return text


def test_a_run_finds_the_data_that_a_program_names(project):
    data = project.write("examples/words.json", "")
    code = "print(open('examples/words.json').read().strip())\n"
    for word in "one", "two":
        data.write_text(f'"{word}"\n')
        assert f'```text\n"{word}"\n```' in page_of(project, "python", code)
    data.unlink()


def test_a_run_finds_no_program_that_its_text_does_not_name(project):
    """What the digest does not cover is not there: else it could change the result unseen."""
    hidden = project.write("examples/hidden.py", "print('one')\n")
    code = "import pathlib\n\nprint([*pathlib.Path('exam' + 'ples').glob('*')])\n"
    assert "```text\n[]\n```" in page_of(project, "python", code)
    hidden.unlink()


def test_a_run_that_names_a_folder_with_its_slash_finds_all_programs_in_it(project):
    part = project.write("examples/whole/parts/part.py", "")
    assert "part.py" in page_of(project, "sh", "ls examples/whole/ examples/whole/parts\n")
    part.unlink()
