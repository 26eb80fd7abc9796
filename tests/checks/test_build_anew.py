"""make build: what makes it run anew, and what does not."""

import os
import shutil
import subprocess

import pytest

from engine import ROOT

NAME = "python-threads-executed"
BUILDER = f"""#!/bin/sh
mkdir -p site/pdf dist/{NAME}
echo measured > .cache/evidence/3.14.json
for end in .pdf -small.pdf .zip; do touch site/{NAME}$end dist/{NAME}$end; done
"""


@pytest.fixture
def build(tmp_path):
    """A function that calls make build on a small copy, and says whether it built."""
    for name in "docs", "examples", "tests", ".github", ".venv":
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "tests/system-packages.txt", tmp_path / "tests")
    (tmp_path / "tests/system-packages.sh").write_text("exit 0\n", "utf-8")
    for name in "README.md", "requirements.txt", "docs/page.md":
        (tmp_path / name).write_text(name, "utf-8")
    for name in "python", "mkdocs":
        (tmp_path / ".venv" / name).write_text(BUILDER, "utf-8")
        (tmp_path / ".venv" / name).chmod(0o755)

    def make(**settings):
        run = subprocess.run(
            ["make", "build", "BIN=.venv", "INSTALLED=requirements.txt"],
            cwd=tmp_path,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1"} | settings,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        return "Building" in run.stdout

    return make


def test_nothing_is_built_twice(build, tmp_path):
    assert [build(), build()] == [True, False]
    os.utime(tmp_path / "docs/page.md")  # its text is the same
    assert not build()
    cache = tmp_path / "examples/kit/.ruff_cache"  # left by `make lint`
    cache.mkdir(parents=True)
    (cache / "CACHEDIR.TAG").touch()
    assert not build()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "docs/page.md").write_text("changed"),
        lambda folder: (folder / "docs/new.md").write_text("new"),
        lambda folder: (folder / "docs/page.md").unlink(),
        lambda folder: (folder / ".cache/evidence/3.11.json").write_text("{}"),
        lambda folder: (folder / f"site/{NAME}.pdf").unlink(),
        lambda folder: shutil.rmtree(folder / "dist"),
    ],
    ids=["changed", "new", "gone", "evidence", "a product has gone", "all products have gone"],
)
def test_what_changes_the_site_builds_it_anew(build, tmp_path, change):
    build()
    change(tmp_path)
    assert [build(), build()] == [True, False]


def test_a_setting_builds_it_anew(build):
    build()
    address = {"SITE_URL": "https://guide.example/"}
    assert [build(**address), build(**address), build()] == [True, False, True]
