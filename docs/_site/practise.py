"""The exercises: their table, their hints, their archive: made:practise/WHICH"""

import runpy
from functools import cache
from html import escape
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

import kit
import markup
import pack as packing
import sections
from engine import ROOT
from markup import inline

FOLDER = ROOT / "examples/practise"
ARCHIVE = "learn/threads-practise.zip"
KEPT_OUT = "yours", "progress.json"


@cache
def exercises():
    """Return the exercises, in the order of their numbers."""
    names = runpy.run_path(str(FOLDER / "exercises.py"))
    return names["EXERCISES"]


def table(request):
    """Return a row for each exercise."""
    rows = []
    for number, exercise in enumerate(exercises(), 1):
        address = sections.address(request, exercise.section)
        read = f'<a href="{address}">{escape(sections.title(exercise.section))}</a>'
        title = f'<a href="#ex-{number}">{number}. {escape(exercise.title)}</a>'
        rows.append([title, exercise.level, inline(exercise.teaches), read])
    return markup.table(("what you fix", "level", "what it teaches", "to read"), rows)


def hints(exercise):
    """Return the hints of an exercise, each folded into the one before."""
    html = ""
    for number, hint in reversed([*enumerate(exercise.hints, 1)]):
        html = f"<details><summary>Hint {number}</summary><p>{inline(hint)}</p>{html}</details>"
    return html


def download(request):
    address = get_relative_url(ARCHIVE, request.page.url)
    return f'<p><a href="{address}" download>{escape(request.words)}</a></p>'


def made(request):
    """Return what made:practise/WHICH stands for, as one line of HTML."""
    makers = {"table": table, "download": download}
    makers |= {e.file: lambda _, exercise=e: hints(exercise) for e in exercises()}
    if request.which not in makers:
        known = ", ".join(makers)
        raise PluginError(f"{request.place}: no practise/{request.which}; there are {known}")
    return makers[request.which](request)


def pack(target, site):
    """Write the archive: the folder as it is, with the address of the site, and orders.py."""

    def with_address(folder):
        texts = folder / "exercises.py"
        text = texts.read_text("utf-8").replace('SITE = ""', f"SITE = {site!r}")
        texts.write_text(text, "utf-8")

    packing.archive(
        target, "threads-practise", FOLDER, kit.PROGRAM, changed=with_address, without=KEPT_OUT
    )


def write(config):
    """Write the archive into the built site, if the project has the exercises."""
    if FOLDER.exists():
        pack(Path(config.site_dir, ARCHIVE), config.site_url or "")
