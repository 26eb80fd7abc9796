"""The evidence says what ran, and nothing that did not."""

import json
import re

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
    status, output = project.run("pytest", "docs/guide/new.md", "--exactly")
    page.unlink()
    assert status == 1
    assert "docs/guide/new.md:2: needs 3.99, says its mark, but runs on" in output


def test_a_block_that_does_not_apply_says_why(project):
    page = project.write(
        "docs/guide/new.md", '<!--pytest.mark.needs("3.99")-->\n```python\n1 / 0\n```\n'
    )
    ran(project, "--exactly")
    page.unlink()
    (path,) = (project.folder / ".cache/evidence").glob("*.json")
    results = json.loads(path.read_text("utf-8"))["results"].values()
    assert ("not applicable", "needs 3.99") in [(r["outcome"], r["reason"]) for r in results]
