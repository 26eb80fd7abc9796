"""Pictures of lanes: every one is drawn and shown, and mistakes are named."""

import re

import pytest

import made
import pictures
from built import ROOT

SHOWN = [
    (page, asked["which"])
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for asked in made.LINE.finditer(page.read_text("utf-8"))
    if asked["name"] == "picture"
]


def test_every_chapter_has_a_picture_and_every_picture_a_page():
    chapters = {*(ROOT / "docs/guide").glob("*.md")}
    assert chapters - {page for page, _ in SHOWN} == set()
    assert {path.stem for path in pictures.FOLDER.iterdir()} == {name for _, name in SHOWN}


@pytest.mark.parametrize("path", sorted(pictures.FOLDER.iterdir()), ids=lambda path: path.stem)
def test_what_a_cell_says_fits_into_it(path):
    text = path.read_text("utf-8")
    columns = max(line.count("|") for line in text.splitlines())
    width = (pictures.WIDTH - pictures.NAME) / columns / 7  # characters
    words = re.findall(r"\| *[=#!?~]([^|\n]*)", text)
    assert [word for word in map(str.strip, words) if len(word) > width] == []


def test_a_mistake_names_the_picture_and_its_line():
    with pytest.raises(pictures.NoPicture, match=r"turns.txt:2: 'runs' does not begin"):
        pictures.draw("A | =runs\nB | runs\n", "turns.txt")
