"""Each defect that the project promises to catch, made once, is caught with page and line."""

import re

import pytest

from small_project import GOOD

# Name: the page, the line that the message names, and a part of the message.
PAGES = {
    "changed-output": (GOOD.replace("\none\n", "\ntwo\n"), 3, "prints something else"),
    "removed-import": (
        "```python\nprint(1)\nthreading.Thread()\n```\n\n"
        "<!--pytest-codeblocks:expected-output-->\n```text\n1\n```\n",
        3,
        "NameError",
    ),
    "attribute": (GOOD.replace("```python", '```python hl_lines="1"'), 3, "would not run"),
    "space": (GOOD.replace("```python", "``` python"), 3, "would not run"),
    "tildes": (GOOD + "\n~~~python\nprint()\n~~~\n", 12, "would not run"),
    "quoted": (GOOD + "\n> ```python\n> print()\n> ```\n", 12, "would not run"),
    "indented": (GOOD + "\nText:\n\n    import threading\n", 14, "indented code"),
    "tabbed": (GOOD + "\nText:\n\n\timport threading\n", 14, "indented code"),
    "pre": (GOOD + "\n<PRE>import threading</PRE>\n", 12, "use a fence"),
    "include": (GOOD + '\n-8<- "docs/index.md"\n', 12, "an include stands in a fence"),
    "forged-output": (GOOD.replace("\none\n", '\n-8<- "README.md"\n'), 8, "does not exist"),
    "console": (GOOD + "\n```console\n$ python\n3 passed\n```\n", 14, "commands"),
    "misspelt-marker": (
        GOOD.replace("pytest-codeblocks:exp", "pytest-codeblock:exp"),
        7,
        "unknown comment",
    ),
    "asked-of-no-section": (GOOD + "\n<!-- asked: why -->\n", 12, "directly below a heading"),
    "asked-after-a-mark": (
        "<!--pytest.mark.any_order-->\n<!-- asked: why -->\n" + GOOD[10:],
        2,
        "directly below a heading",
    ),
    "nothing-asked": ("# A heading\n<!-- asked: -->\n\n" + GOOD, 2, "unknown comment"),
    "misspelt-mark": ("<!--pytest.mark.anyorder-->\n" + GOOD[10:], 1, "unknown mark"),
    "lost-mark": ("<!--pytest.mark.any_order-->\nText.\n\n" + GOOD, 1, "directly before a block"),
    "bad-mark": ("<!--pytest.mark.varies(r'(')-->\n" + GOOD[10:], 1, "unterminated"),
    "mark-without-argument": ("<!--pytest.mark.varies-->\n" + GOOD[10:], 1, "0 arguments"),
    "varies-in-all": ("<!--pytest.mark.varies('.+')-->\n" + GOOD[10:], 1, "matches anything"),
    "uncompared-output": (
        GOOD.replace("<!--pytest-codeblocks:expected-output-->", ""),
        8,
        "nothing compares",
    ),
    "distant-output": (GOOD.replace("\n<!--", "\nIt prints:\n\n<!--"), 9, "directly above"),
    "missing-output": (GOOD[: GOOD.index("<!--")], 3, "shows no output"),
    "skipped": ("<!--pytest.mark.skip-->\n" + GOOD[10:], 1, "unknown mark"),
    "thread-exception": (
        "```python\nimport threading\nt = threading.Thread(target=lambda: 1 / 0)\n"
        "t.start()\nt.join()\n```\n",
        3,
        "ZeroDivisionError",
    ),
    "deadlock": (
        "```python\nimport threading\nlock = threading.Lock()\nlock.acquire()\n"
        "lock.acquire()\n```\n",
        5,
        "not done after",
    ),
    "prints-late": (
        GOOD.replace(
            'print("one")',
            'import threading\nprint("one")\nthreading.Timer(0.3, print, ["late"]).start()',
        ),
        3,
        "+ late",
    ),
    "exit-status": ("```python\nraise SystemExit(3)\n```\n", 1, "status 3"),
    "not-raised": ('<!--pytest.mark.raises("KeyError")-->\n```python\n1\n```\n', 2, "not raised"),
    "unknown-need": ('<!--pytest.mark.needs("speed")-->\n```python\n1\n```\n', 1, "speed"),
    "left-its-group": (
        "```python\nimport subprocess\n"
        'subprocess.Popen(["sleep", "99"], start_new_session=True)\n```\n',
        1,
        "not done after",
    ),
    "killed": (
        '<!--pytest.mark.raises("KeyError")-->\n```python\nimport os, traceback\ntry:\n    {}[1]\n'
        "except KeyError:\n    traceback.print_exc()\nos._exit(9)\n```\n",
        2,
        "status 9",
    ),
    "missing-include": (
        '```python title="examples/none.py"\n--8<-- "examples/none.py"\n```\n',
        1,
        "does not exist",
    ),
    "unknown-address": (
        '```python\nimport requests\n\nrequests.get("https://example.org")\n```\n',
        4,
        "local internet",
    ),
    "shell": ("```sh\ntrue\nfalse\n```\n", 1, "status 1"),
    "closed-with-more": (GOOD.replace('("one")\n```', '("one")\n````'), 5, "a fence closes with"),
    "closed-further-left": (
        "Text:\n\n!!! note\n\n    ```python\n    pass\n```\n",
        7,
        "a fence closes with",
    ),
    "line-further-left": (
        "Text:\n\n!!! note\n\n    ```python\n  pass\n    ```\n",
        6,
        "less indented than its fence",
    ),
    "never-closed": (GOOD + "\n```python\nprint(1)\n", 12, "never closed"),
}


@pytest.fixture(scope="module")
def report(project):
    """What pytest says about a folder that holds every bad page."""
    for name, (text, _, _) in PAGES.items():
        project.write(f"docs/bad/{name}.md", text)
    status, output = project.run("pytest", "docs/bad", "--deadline", "3")
    assert status == 1, output
    return output


def test_a_good_page_passes(project):
    status, output = project.run("pytest", "docs/guide")
    assert status == 0, output
    assert "1 of 1 blocks and programs ran" in output
    assert "0 uncompared" in output


@pytest.mark.parametrize("name", PAGES)
def test_a_bad_page_fails_with_its_line(report, name):
    _, line, message = PAGES[name]
    page = f"docs/bad/{name}.md"
    about = [part for part in re.split(r"\n_{5,} ", report) if page in part]
    assert len(about) == 1
    assert re.search(rf'{page}(:|", line ){line}\b', about[0])
    assert message in about[0]


def test_a_failure_shows_a_diff(report):
    assert "- two" in report
    assert "+ one" in report


def test_a_block_sees_nothing_of_the_environment_that_a_reader_has_not(project, monkeypatch):
    for name in ("CI", "FORCE_COLOR", "HTTPS_PROXY", "PYTHONSAFEPATH"):
        monkeypatch.setenv(name, "1")
    page = project.write(
        "docs/guide/environment.md",
        "```python\nimport os\n\n"
        "assert not {'CI', 'FORCE_COLOR', 'HTTPS_PROXY', 'PYTHONSAFEPATH'} & {*os.environ}\n```\n",
    )
    status, output = project.run("pytest", "docs/guide/environment.md")
    page.unlink()
    assert status == 0, output


def test_outputs_are_written_and_all_else_is_left_alone(project):
    text = (
        "# A page\n\nText  \n\n```python\nprint('one')\n```\n\n"
        "!!! note\n\n    ```python\n    print('two\\n\\nthree')\n    ```\n\nText\n"
    )
    page = project.write("docs/guide/written.md", text)
    status, output = project.run("pytest", "docs/guide/written.md", "--outputs")
    assert status == 0, output
    shown = "\n{0}<!--pytest-codeblocks:expected-output-->\n{0}```text\n{1}{0}```\n"
    assert page.read_text() == text.replace(
        "print('one')\n```\n", "print('one')\n```\n" + shown.format("", "one\n")
    ).replace(
        "three')\n    ```\n", "three')\n    ```\n" + shown.format("    ", "    two\n\n    three\n")
    )
    before = page.read_text()
    status, output = project.run("pytest", "docs/guide/written.md")
    assert (status, page.read_text()) == (0, before), output
    page.unlink()


def test_of_builds_that_print_different_things_the_output_of_one_is_written(project):
    code = "import sys\n\nprint(sys.version)\nprint('end')"
    page = project.write("docs/guide/builds.md", f"```python\n{code}\n```\n\nText\n")
    _, output = project.run("pytest", "docs/guide/builds.md", "--outputs", "--builds=all")
    shown = page.read_text()
    page.unlink()
    assert shown.startswith(f"```python\n{code}\n```\n\n<!--pytest-codeblocks"), output
    assert shown.count("```") == 4
    assert shown.endswith("\nend\n```\n\nText\n")


def test_no_output_is_written_of_a_build_that_lacks_what_the_block_needs(project):
    text = '<!--pytest.mark.needs("3.99")-->\n```python\nprint(1)\n```\n'
    page = project.write("docs/guide/newer.md", text)
    _, output = project.run("pytest", "docs/guide/newer.md", "--outputs", "--builds=all")
    written = page.read_text()
    page.unlink()
    assert written == text, output


def test_a_traceback_is_never_written_unasked(project):
    page = project.write("docs/guide/raises.md", "```python\n1 / 0\n```\n")
    status, output = project.run("pytest", "docs/guide/raises.md", "--outputs")
    assert status == 1
    assert 'docs/guide/raises.md", line 2' in output
    assert page.read_text() == "```python\n1 / 0\n```\n"
    page.unlink()


def test_a_block_that_fails_counts_as_failed_and_not_as_run(project):
    good, bad = "```python\nprint()\n```\n", "```python\n1 / 0\n```\n"
    shown = "<!--pytest-codeblocks:expected-output-->\n```text\n\n```\n"
    page = project.write("docs/guide/half.md", f"{good}\n{shown}\n{bad}")
    status, output = project.run("pytest", "docs/guide/half.md")
    page.unlink()
    assert status == 1
    assert "1 of 2 blocks and programs ran, in 1 runs: 1 outputs compared" in output
    assert output.split("since they ran")[1].startswith("; 1 failed")


def test_a_need_that_nothing_here_meets_is_a_skip_with_its_reason(project):
    page = project.write(
        "docs/guide/future.md", '<!--pytest.mark.needs("3.99")-->\n```python\nprint()\n```\n'
    )
    status, output = project.run("pytest", "docs/guide/future.md")
    assert status == 0, output
    assert "docs/guide/future.md:2 needs 3.99; found only" in output
    assert "0 of 1 blocks and programs ran" in output
    assert "1 skipped" in output
    page.unlink()


def test_a_program_that_no_page_shows_fails(project):
    orphan = project.write("examples/orphan.py", "print('alone')\n")
    status, output = project.run("pytest", "tests/site/test_pages.py")
    orphan.unlink()
    assert status == 1
    assert "examples/orphan.py" in output


def test_dead_links_and_anchors_fail_the_build_with_their_lines(project):
    status, output = project.build(
        {
            "links.md": "# Links\n\n[dead](gone.md)\n",
            "anchors.md": "# Anchors\n\nText\n\n[dead](links.md#gone)\n\n[own](#nowhere)\n",
        },
    )
    assert status != 0
    for place in ("links.md:3", "anchors.md:5", "anchors.md:7"):
        assert f"site-docs/{place}:" in output


def test_a_description_that_is_no_yaml_fails_the_build_with_its_line(project):
    text = "---\ndescription: What is safe: lists\n---\n\n# Safe\n\nText.\n"
    status, output = project.build({"guide/good.md": text})
    assert status == 1
    assert "guide/good.md:1: no YAML" in output


def test_a_notebook_cell_that_raises_fails_the_build_with_its_line(project):
    notebook = "# %% [markdown]\n# # Title\n\n# %%\nvalue = 1\n\nvalue / 0\n"
    status, output = project.build({"measured/bad.py": notebook})
    assert status != 0
    assert output.splitlines()[-1].endswith(
        "site-docs/measured/bad.py:7: ZeroDivisionError: division by zero"
    )


@pytest.mark.parametrize("lines", [1, 20])
def test_a_notebook_cell_that_hangs_fails_the_build_with_its_line(project, lines):
    config = project.folder / "docs/_site/jupyter/jupyter_config.py"
    shipped = config.read_text("utf-8")
    config.write_text(shipped + "c.NotebookClient.timeout = 1\n", "utf-8")
    notebook = "# %% [markdown]\n# # Title\n\n# %%\n" + "import time\n" * lines
    status, output = project.build({"measured/slow.py": notebook + "time.sleep(60)\n"})
    config.write_text(shipped, "utf-8")
    assert status != 0
    assert "site-docs/measured/slow.py:5: A cell timed out" in output.splitlines()[-1]


def test_a_dead_link_in_a_notebook_fails_the_build_with_its_line(project):
    notebook = "# %% [markdown]\n# # Title\n#\n# [dead](../gone.md)\n"
    status, output = project.build({"measured/bad.py": notebook})
    assert status != 0
    assert "site-docs/measured/bad.py:4:" in output
