"""The archive of the exercises, as a reader gets it, and the page that leads through it."""

import re
import subprocess
import sys

import practise
from engine import ROOT, fences

PAGE = ROOT / "docs/learn/practise.md"


def run(line, folder):
    """Run a line of the page with this Python; return its status and what it printed."""
    line = re.sub(r"^python\b", f'"{sys.executable}"', line)
    done = subprocess.run(
        line, shell=True, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_three_lines_of_the_page_check_the_first_exercise(tmp_path):
    practise.pack(tmp_path / "threads-practise.zip", "https://guide.example/")
    (fence,) = [f for f in fences.split(PAGE.read_text("utf-8"))[0] if f.info == "console"]
    unpack, enter, check = (line.removeprefix("$ ") for line in fence.code.splitlines())
    assert run(unpack, tmp_path) == (0, "")
    folder = tmp_path / enter.removeprefix("cd ")
    status, printed = run(check, folder)
    assert status == 1
    assert "# reads value, changes value" in printed
    mine = folder / "yours/ex01_counter.py"
    mine.write_text((folder / "solutions/ex01_counter.py").read_text("utf-8"), "utf-8")
    assert run(unpack, tmp_path) == (0, "")
    assert run(check, folder)[0] == 0
    for _ in practise.exercises()[0].hints:
        printed = run(f"{check} --hint", folder)[1]
    assert "https://guide.example/guide/locks/#counter" in printed


def test_the_archive_is_the_same_each_time(tmp_path):
    for name in "ab":
        practise.pack(tmp_path / f"{name}.zip", "")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_each_exercise_has_its_heading_its_hints_and_its_solution():
    page = PAGE.read_text("utf-8")
    solutions = (PAGE.parent / "solutions.md").read_text("utf-8")
    for number, exercise in enumerate(practise.exercises(), 1):
        assert f"\n## {number}. {exercise.title} {{ #ex-{number} }}\n" in page
        assert f"(made:practise/{exercise.file})\n" in page
        assert f"(made:program/test_{exercise.file})\n" in page
        assert f"\n## {number}. {exercise.title} {{ #solution-{number} }}\n" in solutions
