"""What must hold of the PDF."""

import re

import pytest
from pypdf import PdfReader

from built import BOOK, SITE, pages, soup


@pytest.fixture(scope="module")
def book():
    assert BOOK.exists(), "the book is not built: run make site"
    return PdfReader(BOOK)


@pytest.fixture(scope="module")
def text(book):
    return squeeze("".join(page.extract_text() for page in book.pages))


def squeeze(text):
    """Return the letters and digits of `text`: line ends and hyphens differ in print."""
    return re.sub(r"\W", "", text)


def test_the_end_of_every_page_is_in_the_book(text):
    missing = []
    for page in pages(SITE):
        if page.name == "404.html" or page == SITE / "index.html":
            continue
        texts = soup(page).select("article :is(p, li, td):not(.screen-only *, .screen-only)")
        last = texts[-1].get_text()
        if squeeze(last) not in text:
            missing.append((page, last))
    assert missing == []


def test_every_chapter_is_in_the_outline(book):
    titles = {squeeze(entry.title) for entry in book.outline if not isinstance(entry, list)}
    for page in pages(SITE):
        if page.name != "404.html" and page != SITE / "index.html":
            heading = soup(page).select_one("article h1").get_text().removesuffix("¶")
            assert squeeze(heading) in titles


def test_contents_name_the_page_of_every_chapter(book):
    contents = book.pages[1].extract_text()
    assert not re.search(r"\. 0\b", contents)
    assert len(re.findall(r"\d+$", contents, re.MULTILINE)) >= len(pages(SITE)) - 2
