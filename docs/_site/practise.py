"""The exercises: their table, their hints, their archive: made:practise/WHICH"""

import importlib.util
import shutil
import sys
import tempfile
from functools import cache
from html import escape
from pathlib import Path

import markdown
from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

import kit
import pack as packing
from engine import ROOT

FOLDER = ROOT / "examples/practise"
ARCHIVE = "learn/threads-practise.zip"
KEPT_OUT = shutil.ignore_patterns("__pycache__", "yours", "progress.json")


@cache
def exercises():
    """Return the exercises, in the order of their numbers."""
    spec = importlib.util.spec_from_file_location("exercises", FOLDER / "exercises.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["exercises"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module.EXERCISES


def table(request):
    """Return a row for each exercise."""
    rows = []
    for number, exercise in enumerate(exercises(), 1):
        section = escape(kit.title(exercise.section))
        rows.append(
            f'<tr><td><a href="#ex-{number}">{number}. {escape(exercise.title)}</a></td>'
            f"<td>{exercise.level}</td><td>{_html(exercise.teaches)}</td>"
            f'<td><a href="{kit.address(request, exercise.section)}">{section}</a></td></tr>'
        )
    heads = ("what you fix", "level", "what it teaches", "to read")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def hints(exercise):
    """Return the hints of an exercise, each folded into the one before."""
    html = ""
    for number, hint in reversed([*enumerate(exercise.hints, 1)]):
        html = f"<details><summary>Hint {number}</summary><p>{_html(hint)}</p>{html}</details>"
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


def _html(text):
    """Return a line of Markdown without the paragraph around it."""
    return markdown.markdown(text).removeprefix("<p>").removesuffix("</p>").replace("\n", " ")


def pack(target, site):
    """Write the archive: the folder as it is, with the address of the site, and orders.py."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "threads-practise")
        shutil.copytree(FOLDER, folder, ignore=KEPT_OUT)
        shutil.copy(kit.PROGRAM, folder)
        shutil.copy(ROOT / "LICENSE", folder)
        texts = folder / "exercises.py"
        text = texts.read_text("utf-8").replace('SITE = ""', f"SITE = {site!r}")
        texts.write_text(text, "utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        packing.pack(folder, target)


def write(config):
    """Write the archive into the built site, if the project has the exercises."""
    if FOLDER.exists():
        pack(Path(config.site_dir, ARCHIVE), config.site_url or "")
