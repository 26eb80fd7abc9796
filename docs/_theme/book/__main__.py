"""Make the book from the built site: python docs/_theme/book SITE PDF

Writes PDF (A4), the same for small screens beside it, and a PDF of each chapter into
SITE/pdf. The MkDocs plugins that make PDFs were tried: mkdocs-to-pdf loses chapters without
a word, print-site and mkdocs-exporter print Material's screen styles at unreadable sizes.
Reading the built HTML also survives a change of site generator.
"""

import logging
import sys
from html import escape
from pathlib import Path

import matter
import weasyprint
from chapters import Problem, chapters, read, source

HERE = Path(__file__).parent


def body(listing):
    """Return all chapters as HTML, each with the addresses of its outside links at its end."""
    parts, last = [], None
    for chapter in listing:
        part = ""
        if chapter.part != last and chapter.part:
            part = f'<p class="part">{escape(chapter.part)}</p>'
        last = chapter.part
        links = "".join(f"<li>{escape(link)}</li>" for link in chapter.links)
        links = links and f'<div class="links"><p>Links of this chapter</p><ol>{links}</ol></div>'
        parts.append(
            f'<section class="chapter" id="{chapter.id}"><p class="running">'
            f"{escape(chapter.title)}</p>{part}{chapter.html}{links}</section>"
        )
    return "".join(parts)


class Book:
    """The laid-out book: its chapters first, then what needs to know their page numbers."""

    def __init__(self, site, sheets):
        start = read(site / "index.html")
        self.site, self.sheets = site, [weasyprint.CSS(filename=HERE / s) for s in sheets]
        self.edition = matter.about(site, start)
        self.chapters = chapters(site)
        self.body = self._lay_out(body(self.chapters), "body")
        self.page_of_id = {
            anchor: number
            for number, page in reversed(list(enumerate(self.body.pages, 1)))
            for anchor in page.anchors
        }
        _check_widths(self.body, self.chapters, self.page_of_id)

    def page_of(self, anchor):
        if anchor == "index--":
            return len(self.body.pages) + 1
        if anchor not in self.page_of_id:
            raise Problem(f"no page has the anchor {anchor}")
        return self.page_of_id[anchor]

    def write(self, pdf):
        """Write the whole book."""
        front = self._lay_out(matter.front(self.edition, self.chapters, self.page_of), "front")
        index = matter.back(self.chapters, self.page_of)
        back = self._lay_out(index, "back", after=len(self.body.pages))
        pages = [*front.pages, *self.body.pages, *back.pages]
        _write(front.copy(pages), pdf, Complaints())
        return len(pages)

    def write_chapters(self, folder):
        """Write each chapter as a PDF; links to other chapters are text there."""
        folder.mkdir(exist_ok=True)
        starts = [self.page_of(chapter.id) for chapter in self.chapters]
        ends = [*starts[1:], len(self.body.pages) + 1]
        for chapter, start, end in zip(self.chapters, starts, ends, strict=True):
            document = self.body.copy(self.body.pages[start - 1 : end - 1])
            document.metadata.title = f"{chapter.title} · {self.edition['title']}"
            _write(document, folder / f"{chapter.slug}.pdf", None)

    def _lay_out(self, html, name, after=0):
        text = (
            f'<!doctype html><html lang="en">{matter.head(self.edition)}'
            f'<body class="{name}" style="counter-reset: page {after}">{html}</body></html>'
        )
        document = weasyprint.HTML(string=text, base_url=str(self.site))
        return document.render(stylesheets=self.sheets)


def _write(document, pdf, complaints):
    logging.getLogger("weasyprint").handlers = [complaints or logging.NullHandler()]
    document.write_pdf(pdf, pdf_variant="pdf/ua-1")
    if complaints and complaints.said:
        raise Problem("\n".join(sorted(set(complaints.said))))


def _check_widths(document, listing, page_of_id):
    """Find what reaches over the right edge of its page, and name the page it comes from."""
    starts = sorted(
        (page_of_id[chapter.id], chapter) for chapter in listing if chapter.id in page_of_id
    )
    for number, page in enumerate(document.pages, 1):
        edge = page._page_box.content_box_x() + page._page_box.width + 1
        for box in page._page_box.descendants():
            if hasattr(box, "text") and box.position_x + box.width > edge:
                chapter = [chapter for start, chapter in starts if start <= number][-1]
                path = source(chapter.address)
                lines = Path(path).read_text("utf-8").splitlines()
                line = next((n for n, text in enumerate(lines, 1) if box.text.strip() in text), 1)
                raise Problem(f"{path}:{line}: wider than the page: {box.text.strip()[:60]}")


class Complaints(logging.Handler):
    """Collects what WeasyPrint finds wrong, such as a link that leads nowhere."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def main():
    site, pdf = (Path(argument).resolve() for argument in sys.argv[1:])
    pdf.parent.mkdir(parents=True, exist_ok=True)
    book = Book(site, ["book.css"])
    book.write(pdf)
    book.write_chapters(site / "pdf")
    del book  # a laid-out book takes hundreds of megabytes
    Book(site, ["book.css", "small.css"]).write(pdf.with_stem(f"{pdf.stem}-small"))


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"book: {problem}")
