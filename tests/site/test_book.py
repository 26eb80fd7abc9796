"""What must hold of the PDF."""

import itertools
import re
import subprocess
import sys

import pytest
from pypdf import PdfReader

import version
from built import BOOK, SITE, pages, soup
from engine import builds

pytestmark = pytest.mark.xdist_group("book")  # pypdf takes a quarter of a minute to open it


@pytest.fixture(scope="module")
def book():
    assert BOOK.exists(), "the book is not built: run make site"
    return PdfReader(BOOK)


@pytest.fixture(scope="module")
def last_pages(book):
    """{heading of a page of the site: the text of its last two pages in the book}."""
    sought = {heading(page) for page in pages(SITE)}
    starts = {
        squeeze(entry.title): book.get_destination_page_number(entry)
        for level, entry in entries(book.outline)
        if level < 4 and (squeeze(entry.title) in sought or level == 1)
    }
    ends = sorted({*starts.values(), len(book.pages)})
    return {
        title: _text(book.pages[max(start, end - 2) : end])
        for title, start in starts.items()
        for end in ends[ends.index(start) + 1 :][:1]
    }


def _text(book_pages):
    return squeeze("".join(page.extract_text() for page in book_pages))


TEXT = "p, li, tr > :first-child"  # the other cells of the evidence are marks


def squeeze(text):
    """Return the letters of `text`: line ends, hyphens and notes' numbers differ in print."""
    return re.sub(r"[\W\d_]", "", text)


def test_every_page_stands_in_the_book_to_its_end(last_pages):
    missing = []
    for page in pages(SITE):
        texts = soup(page).select(f"article :is({TEXT}):not(.screen-only *, .screen-only)")
        last = "".join(texts[-1].find_all(string=True))
        if squeeze(last) not in last_pages[heading(page)]:
            missing.append((page, last))
    assert missing == []


def heading(page):
    return squeeze(soup(page).select_one("article h1").get_text())


def entries(outline, level=1):
    for entry in outline:
        if isinstance(entry, list):
            yield from entries(entry, level + 1)
        else:
            yield level, entry


def test_the_outline_follows_the_doors_of_the_site_and_has_every_chapter(book):
    found = [(level, squeeze(entry.title)) for level, entry in entries(book.outline)]
    tabs = soup(SITE / "index.html").select(".md-tabs__link")
    doors = [squeeze(tab.get_text()) for tab in tabs[1:]]  # the first is the start page
    assert [title for level, title in found if level == 1 and title in doors] == doors
    assert {level for level, _ in found} == {1, 2, 3, 4}
    for page in pages(SITE):
        assert any(title == heading(page) and level < 4 for level, title in found)


def test_contents_agree_with_the_outline_and_with_the_printed_numbers(book):
    chapters = {heading(page) for page in pages(SITE)}
    outline = {
        squeeze(entry.title): book.get_destination_page_number(entry) + 1
        for level, entry in entries(book.outline)
        if level in (2, 3) and squeeze(entry.title) in chapters
    }
    assert len(outline) > 40
    listed = {}
    texts = (page.extract_text() for page in book.pages[1:])
    for text in itertools.takewhile(lambda text: "\nContents\n" in text, texts):
        rows = re.findall(r"^(.+?)[ .]{3,}(\d+)$", text, re.MULTILINE)
        listed |= {squeeze(title): int(number) for title, number in rows}
    assert 0 not in listed.values()
    assert {title: listed.get(title) for title in outline} == outline
    for number in outline.values():
        assert re.search(rf"\b{number}\b", book.pages[number - 1].extract_text())


def test_the_title_page_says_version_and_date(book):
    text = " ".join(book.pages[0].extract_text().split())
    assert "Version {} of {}".format(*version.current()) in text


def test_no_link_in_the_book_is_dead(book):
    names = book.named_destinations
    kinds = {"internal": 0, "external": 0}
    for page in book.pages:
        for annotation in page.get("/Annots", []):
            annotation = annotation.get_object()
            if annotation["/Subtype"] != "/Link":
                continue
            if "/Dest" in annotation:
                assert annotation["/Dest"] in names
                kinds["internal"] += 1
            else:
                assert annotation["/A"]["/URI"].startswith(("http", "mailto"))
                kinds["external"] += 1
    assert kinds["internal"] > 10 * len(pages(SITE))
    assert kinds["external"] > 0


# A block as it stands in the extracted text: until its output's label, until the evidence mark.
BLOCK = re.compile(
    r"\n(?P<code>(?:from|import) [^\n]*\n(?:(?!Output|Ran on|(?:from|import) )[^\n]*\n)*?"
    r"(?:(?:from|import) [^\n]*\n)*(?:(?!Output|Ran on)[^\n]*\n)*?)"
    r" *Output *\n(?P<output>(?:(?! *(?:Not run|not run|failed on))[^\n]*\n)*?)"
    r" *Ran on (?P<builds>[^\n]*)"
)


def test_blocks_copied_from_the_book_run_and_print_what_it_says(book, tmp_path):
    ran, this = 0, builds.this().name
    for page in book.pages[10:]:
        text = page.extract_text()
        for match in BLOCK.finditer("\n" + text):
            code, output = match["code"], match["output"]
            if this not in match["builds"].partition(",")[0].split():
                continue
            if (
                not code.isascii()
                or "examples" in code
                or "requests" in code
                or "Traceback" in output
            ):
                continue
            run = subprocess.run(
                [sys.executable, "-u", "-c", code],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=30,
                cwd=tmp_path,
                check=False,
            )
            lines = run.stdout.splitlines()
            assert [line.strip() for line in lines if line.strip()] == [
                line.strip() for line in output.splitlines() if line.strip()
            ], code
            ran += 1
            if ran == 10:
                return
    pytest.fail(f"only {ran} blocks found in the text of the book")
