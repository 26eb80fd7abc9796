"""Pictures of lanes: every one is drawn and shown, and mistakes are named."""

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
    pictures.draw(path.read_text("utf-8"), path.name)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("runs", "'runs' does not begin"),
        ("=interpreterlockrelease", "does not fit"),
        ("=one two six ten", "does not fit"),
    ],
)
def test_a_mistake_names_the_picture_and_its_line(cell, message):
    others = "| =a | =b | =c | =d | =e | =f | =g | =h | =i"
    with pytest.raises(pictures.NoPicture, match=f"turns.txt:2: .*{message}"):
        pictures.draw(f"A {others}\nB | {cell}\n", "turns.txt")
