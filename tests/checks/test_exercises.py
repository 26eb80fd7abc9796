"""The archive of the exercises, as a reader gets it, and the page that leads through it."""

import re
import subprocess
import sys
import zipfile

import pytest

import practise
from engine import ROOT, fences
from right_answers import RIGHT

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


@pytest.mark.parametrize("file", RIGHT)
def test_right_answers_of_another_kind_than_the_solution_pass(tmp_path, file):
    practise.pack(tmp_path / "threads-practise.zip", "")
    zipfile.ZipFile(tmp_path / "threads-practise.zip").extractall(tmp_path)
    answers = [tmp_path / f"answer{number}.py" for number in range(len(RIGHT[file]))]
    for path, text in zip(answers, RIGHT[file].values(), strict=True):
        path.write_text(text, "utf-8")
    status, printed = run(
        " ".join(["python check.py --judge", file, *map(str, answers)]),
        tmp_path / "threads-practise",
    )
    assert status == 0, printed
    told = [line for line in printed.splitlines() if not line.startswith('["trying"')]
    for name, verdict in zip(RIGHT[file], told, strict=True):
        assert verdict.startswith('["passes"'), (name, verdict)


def test_each_exercise_has_a_right_answer_of_another_kind():
    assert [*RIGHT] == [exercise.file for exercise in practise.exercises()]
