"""The book of a site of two pages: what stops it, and that the same site gives the same bytes."""

import os
import subprocess
import sys
import zipfile

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pypdf import PdfReader

from built import pages, soup
from engine import ROOT

PAGE = """<!doctype html>
<html><head><title>Small</title><meta name="description" content="A small site"></head><body>
<nav class="md-nav md-nav--primary"><a class="md-nav__link" href="{up}./">Start</a>
<nav class="md-nav"><label>Guide</label><a class="md-nav__link" href="{up}locks/">Locks</a></nav>
</nav>
<article>
{content}
</article></body></html>
"""
START = '<h1 id="small">Small</h1><p>See <a href="locks/#lock">the lock</a>.</p>'
LOCKS = '<h1 id="locks">Locks</h1><h2 id="lock">The lock</h2><p>A lock.</p>{more}'


class Small:
    """A built site in a folder, and the book that is made from it."""

    def __init__(self, folder):
        self.folder = folder
        self.write("index.html", START)
        self.locks()

    def write(self, path, content):
        file = self.folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PAGE.format(content=content, up="../" * path.count("/")), "utf-8")

    def locks(self, more=""):
        self.write("locks/index.html", LOCKS.format(more=more))

    def run(self, program, *arguments, **environment):
        """Run a program of docs/_site; return (exit status, what it said)."""
        if program == "book":
            arguments += ("--cache", f"cache{environment.get('PYTHONHASHSEED', '')}")
        answer = subprocess.run(
            [sys.executable, ROOT / "docs/_site" / program, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1767225600"} | environment,
        )
        return answer.returncode, answer.stdout + answer.stderr

    def text(self, *options):
        """Make the book and return its text."""
        status, said = self.run("book", "site", "small.pdf", *options)
        assert (status, said) == (0, "")
        pages = PdfReader(self.folder / "small.pdf").pages
        return "\n".join(page.extract_text() for page in pages)


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('<img src="../mark.png">', "img without alternative text"),
        ('\n<svg viewBox="0 0 9 9"><path d="M0 0h9"/></svg>', "svg without alternative text"),
        ('\n<p><a href="../nowhere/">x</a></p>', "../nowhere/ leads nowhere"),
        ('<p><a href="#nothing">x</a></p>', "#nothing leads nowhere"),
        ('<p><a href="../#nothing">x</a></p>', "../#nothing leads nowhere"),
        ('\n\n<table style="width: 300mm"><tr><td>x</td></tr></table>', "table is wider"),
    ],
)
def test_what_would_look_wrong_stops_the_book_and_names_the_line(small, more, message):
    small.locks(more)
    status, said = small.run("book", "site", "small.pdf")
    assert status != 0
    assert f"site/locks/index.html:{7 + more.count(chr(10))}: {message}" in said
    assert not (small.folder / "small.pdf").exists()


def test_a_page_that_the_navigation_lacks_stops_the_book(small):
    small.write("errors/index.html", "<h1>Errors</h1>")
    status, said = small.run("book", "site", "small.pdf")
    assert status != 0
    assert "site/errors/index.html:1: not in the navigation, so not in the book" in said


def test_a_page_that_moved_leads_on_and_is_no_page_of_the_book(small, project, monkeypatch):
    config = project.folder / "mkdocs.yml"
    moved = "moved: {guide/old/: ../new/}"
    config.write_text(config.read_text("utf-8").replace("moved: {}", moved), "utf-8")
    status, said = project.build({"guide/new.md": "# New\n\nText.\n"})
    assert status == 0, said
    site = project.folder / "site-small"
    old = site / "guide/old/index.html"
    assert (old.parent / soup(old).a["href"] / "index.html").exists()
    assert old not in pages(site)
    assert small.run("book", site, "small.pdf") == (0, "")
    monkeypatch.setenv("OFFLINE", "true")
    status, said = project.build({"guide/new.md": "# New\n\nText.\n"})
    assert status == 0, said
    assert not old.parent.exists()


@pytest.mark.parametrize("options", [[], ["--small"]])
def test_a_long_line_wraps_and_keeps_all_its_letters(small, options):
    letters = "".join(f"{number:03}" for number in range(100))
    small.locks(f'<div class="highlight"><pre><code>    x = "{letters}"</code></pre></div>')
    assert letters in small.text(*options).replace("\n", "")


def test_a_word_behind_a_deep_indent_breaks_where_the_small_page_ends(small):
    code = f"{' ' * 24}found.ended.put(None)  # for the next who waits"
    line = highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    small.locks(f'<div class="highlight"><pre><code>{line}</code></pre></div>')
    assert "found.ended.put(None)#forthenext" in "".join(small.text("--small").split())


def test_outputs_of_builds_stand_one_under_another_and_nothing_for_the_screen_is_printed(small):
    panel = (
        '<div class="language-text output highlight"><details open><summary class="filename">'
        "Output on {0}</summary><pre><code>{1}</code></pre></details></div>"
    )
    small.locks(
        f'<div class="outputs">{panel.format("3.11", "old")}{panel.format("3.14", "new")}</div>'
        '<script>drop()</script><p class="screen-only">Show only</p>'
    )
    text = small.text()
    assert "Output on 3.11\nold\nOutput on 3.14\nnew" in text
    assert "drop" not in text
    assert "Show only" not in text


def test_an_address_is_printed_once_a_chapter(small):
    small.locks(2 * '<p><a href="https://docs.python.org/3/">Docs</a></p>')
    assert small.text().count("docs.python.org/3/") == 1


def test_errors_of_headings_and_outputs_are_in_the_index(small):
    small.locks(
        '<h2 id="e">RuntimeError: cannot join current thread</h2>'
        '<div class="output"><pre><code>Traceback:\nKeyError: 7\n</code></pre></div>'
    )
    text = small.text()
    index = text[text.rindex("Index of errors") :]
    assert "RuntimeError cannot join current thread 4" in index
    assert "KeyError 7 4" in index


def test_a_chapter_is_a_pdf_of_its_own(small):
    small.text()
    chapter = PdfReader(small.folder / "site/pdf/locks.pdf")
    assert chapter.metadata.title == "Locks – Small"
    assert "A lock." in chapter.pages[0].extract_text()


def test_the_same_site_gives_the_same_bytes(small):
    made = []
    for seed in "12":
        assert small.run("book", "site", f"{seed}.pdf", PYTHONHASHSEED=seed) == (0, "")
        for file in small.folder.joinpath("site").rglob("*"):
            os.utime(file, (int(seed), int(seed)))
        assert small.run("pack.py", "site", f"{seed}.zip", PYTHONHASHSEED=seed) == (0, "")
        made.append([(small.folder / f"{seed}.{kind}").read_bytes() for kind in ("pdf", "zip")])
    assert made[0] == made[1]
    with zipfile.ZipFile(small.folder / "1.zip") as archive:
        assert "site/pdf/locks.pdf" in archive.namelist()
        assert archive.infolist()[0].date_time == (2026, 1, 1, 0, 0, 0)


def test_a_book_is_made_again_when_the_site_has_changed_and_only_then(small):
    small.text()
    (kept,) = small.folder.glob("cache/*/book.pdf")
    kept.write_bytes(b"kept")
    assert small.run("book", "site", "small.pdf") == (0, "")
    assert (small.folder / "small.pdf").read_bytes() == b"kept"
    small.locks("<p>Another paragraph.</p>")
    assert "Another paragraph." in small.text()
