"""Make the book from the built site: python docs/_site/book SITE PDF [--small]

Each page of the site is laid out for itself, so that contents and indexes know the page
numbers without a second layout, and a chapter can also be its own PDF: SITE/pdf/….pdf.

The MkDocs plugins that make PDFs were tried: mkdocs-to-pdf loses chapters without a word,
print-site and mkdocs-exporter print Material's screen styles at unreadable sizes. Reading
the built HTML also survives a change of site generator.
"""

import argparse
import gc
import hashlib
import json
import logging
import os
import shutil
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration

import lists
import pages as site_pages

HERE = Path(__file__).parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parents[2] / "tests")]
import version  # noqa: E402

MARK = HERE.parents[1] / "_theme/assets/mark.svg"
CACHE = HERE.parents[2] / ".cache/book"
SPACE = 8  # CSS pixels; the space at which a line wraps hangs over the edge
OPTIONS = {"pdf_variant": "pdf/ua-1"}


class References:
    """The references of a PDF's pages, each made when it is asked for.

    pydyf makes those of all pages for each tag of a page: a seventh of the book's time.
    """

    def __init__(self, pdf):
        self.kids = pdf.pages["Kids"]

    def __getitem__(self, page):
        return f"{self.kids[3 * page]} 0 R".encode()


pydyf.PDF.page_references = property(References)


class Problem(Exception):
    """The site cannot become a book; the message has a line for each reason."""


class Printer:
    """Lays out HTML, one piece after the other, and knows on which page each id came."""

    def __init__(self, about, stylesheets):
        self.about = about
        self.fonts = FontConfiguration()
        self.styles = [weasyprint.CSS(path, font_config=self.fonts) for path in stylesheets]
        self.problems = Complaints()

    def lay_out(self, body, title, first):
        """Return the Document of a piece whose first page has the number `first`."""
        head = "".join(
            f'<meta name="{name}" content="{escape(value)}">' for name, value in self.about.items()
        )
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
            f"</title>{head}</head><body>{body}</body></html>"
        )
        start = weasyprint.CSS(string=f"@page :first {{ counter-reset: page {first} }}")
        document = weasyprint.HTML(string=html, base_url=str(HERE)).render(
            stylesheets=[*self.styles, start], font_config=self.fonts, **OPTIONS
        )
        for page in document.pages:
            self.problems.said += too_wide(page)
        return document


def too_wide(page):
    """Yield a line for each block that reaches over the right edge of a page's text."""
    box = page._page_box
    edge = box.content_box_x() + box.width + SPACE

    def walk(box, place):
        place = (box.element.get("data-at") if box.element is not None else None) or place
        if place and isinstance(box.width, int | float) and box.position_x + box.width > edge:
            yield f"{place}: {box.element_tag} is wider than the page"
            return
        for child in getattr(box, "children", ()):
            yield from walk(child, place)

    for child in box.children:
        if not (child.element_tag or "@").startswith("@"):
            yield from walk(child, None)


def numbers(document, first):
    """Return {id: page number} of a Document that starts at page `first`."""
    found = {}
    for number, page in enumerate(document.pages, first):
        for id in page.anchors:
            found.setdefault(id, number)
    return found


def make(site, folder, small):
    """Write book.pdf and, unless `small`, each chapter for itself into `folder`."""
    pages, problems = site_pages.read(site)
    problems += site_pages.prepare(pages)
    if problems:
        raise Problem("\n".join(problems))
    start = pages[0].soup
    title, promise = start.title.get_text(), start.find("meta", attrs={"name": "description"})
    about = metadata(site, promise["content"])
    styles = [HERE / "book.css", *([HERE / "small.css"] if small else [])]
    printer = Printer(about, styles)

    def front(known):
        text = cover(title, promise["content"], about) + lists.contents(pages, known)
        return printer.lay_out(text, title, 1)

    def body(next_page):
        """Return the chapters and the indexes from a page on, and {id: page number}."""
        known, chapters, last = {}, [], ()
        for page in pages:
            labels = "".join(
                f'<p class="part-label part-{level}">{escape(part)}</p>'
                for level, part in lists.opening(page.parts, last)
            )
            last = page.parts
            text = (
                f'<section class="chapter in-{len(last)}" id="{page.id()}">{labels}'
                f"{page.article.decode_contents()}</section>"
            )
            name = page.article.h1.get_text()
            name = name if name == title else f"{name} – {title}"
            chapters.append(printer.lay_out(text, name, next_page))
            known |= numbers(chapters[-1], next_page)
            next_page += len(chapters[-1].pages)
        index = printer.lay_out(lists.indexes(pages, known), title, next_page)
        return chapters, index, known | numbers(index, next_page)

    first, opening = 0, front({})
    while first != len(opening.pages) + 1:  # the numbers may take more lines than their places
        first = len(opening.pages) + 1
        chapters, index, known = body(first)
        opening = front(known)
    whole = [page for part in (opening, *chapters, index) for page in part.pages]
    (folder / "pdf").mkdir(parents=True, exist_ok=True)
    book = folder / "unfinished.pdf"
    opening.copy(whole).write_pdf(book, **OPTIONS)
    if printer.problems.said:
        raise Problem("\n".join(sorted(set(printer.problems.said))))
    printer.problems.deaf = True  # a chapter's links to other chapters end at its edge
    for page, document in zip(pages, () if small else chapters, strict=not small):
        document.write_pdf(folder / "pdf" / f"{page.slug}.pdf", **OPTIONS)
    book.rename(folder / "book.pdf")


def digest(site, small):
    """Return the identity of the book: of the pages, of what lays them out, and of the version."""
    paths = [*HERE.glob("*"), *site.rglob("*.html")]
    parts = [path.read_bytes() for path in sorted(paths) if path.is_file()]
    parts.append(f"{small} {weasyprint.__version__} {metadata(site, '')}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def publish(site, pdf, small, cache):
    """Copy the book of exactly this site to its place; make it if it is not there already."""
    folder = cache / f"{pdf.stem}-{digest(site, small)}"
    if not (folder / "book.pdf").exists():
        for old in cache.glob(f"{pdf.stem}-{'?' * 12}"):
            shutil.rmtree(old)
        make(site, folder, small)
    shutil.copy(folder / "book.pdf", pdf)
    shutil.copytree(folder / "pdf", site / "pdf", dirs_exist_ok=True)


def metadata(site, promise):
    """Return what the PDF says of itself: version, date, and the builds of the evidence."""
    stamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600")), UTC)
    number, date = version.current()
    data = site / "reference/evidence.json"
    ran = json.loads(data.read_text("utf-8"))["summary"] if data.exists() else ""
    return {
        "description": f"{promise} Version {number} of {date}. {ran}".strip(),
        "version": f"{number} of {date}",
        "ran": ran,
        "dcterms.created": stamp.isoformat(),
        "dcterms.modified": stamp.isoformat(),
    }


def cover(title, promise, about):
    ran = f"<p>{escape(about['ran'])}</p>" if about["ran"] else ""
    title = escape(title)
    return (
        f'<section class="cover"><img alt="{title}" src="{MARK.as_uri()}"><h1>{title}</h1>'
        f'<p class="promise">{escape(promise)}</p>'
        f'<div class="imprint"><p>Version {escape(about["version"])}</p>{ran}</div></section>'
    )


class Complaints(logging.Handler):
    """Collects what WeasyPrint finds wrong, such as a link that leads nowhere."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said, self.deaf = [], False
        logging.getLogger("weasyprint").handlers = [self]

    def emit(self, record):
        if not self.deaf:
            self.said.append(record.getMessage())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="book")
    parser.add_argument("site", type=Path)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where finished books are kept")
    parser.add_argument("--small", action="store_true", help="pages for a phone")
    options = parser.parse_args()
    if not options.site.exists():
        sys.exit(f"{options.site}/ is not built: run make site")
    options.pdf.parent.mkdir(parents=True, exist_ok=True)
    gc.disable()  # a quarter of the time, for a seventh more memory
    try:
        publish(options.site.resolve(), options.pdf, options.small, options.cache)
    except Problem as problem:
        sys.exit(f"{problem}\nbook: not made")
