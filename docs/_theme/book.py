"""Make the book, one PDF, from the built site: python book.py SITE PDF

The order of the pages is that of the site's navigation. The MkDocs plugins that make
PDFs were tried: mkdocs-to-pdf loses chapters without a word, print-site and
mkdocs-exporter print Material's screen styles at unreadable sizes. Reading the built
HTML also survives a change of site generator.
"""

import logging
import sys
from html import escape
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import urldefrag, urlsplit

import weasyprint
from bs4 import BeautifulSoup

THEME = Path(__file__).parent
MARK = THEME / "assets/mark.svg"
NOT_PRINTED = ".headerlink, .md-content__button, .md-source-file, script, style, .screen-only"


class Problem(Exception):
    """The site cannot become a book."""


def pages(site):
    """Return {address: (part, title)} in the order of the navigation; "" is the start page."""
    soup = _read(site / "index.html")
    found = {}
    for link in soup.select(".md-nav--primary a.md-nav__link[href]"):
        address = _address("", link["href"])
        section = link.find_parent("nav")
        part = "" if "md-nav--primary" in section["class"] else section.label.get_text(strip=True)
        if not urlsplit(link["href"]).scheme:
            found.setdefault(address, (part, link.get_text(" ", strip=True)))
    return found


def chapter(site, address, known):
    """Return the content of one page with its ids and links made the book's own."""
    article = _read(site / address / "index.html").select_one("article")
    for unwanted in article.select(NOT_PRINTED):
        unwanted.decompose()
    for tag in article.select("details"):
        tag.name = "div"
    for summary in article.select("summary"):
        summary.name, summary["class"] = "p", "admonition-title"
    for tabs in article.select(".tabbed-set"):
        labels = [label.get_text() for label in tabs.select(".tabbed-labels > label")]
        for label, block in zip(labels, tabs.select(".tabbed-block"), strict=True):
            block.insert(0, _paragraph(label, "tab-label"))
        for control in tabs.select("input, .tabbed-labels"):
            control.decompose()
    for tag in article.select("[id]"):
        tag["id"] = _id(address, tag["id"])
    for link in article.select("a[href]"):
        link["href"] = _target(site, address, link["href"], known)
    for image in article.select("img[src]"):
        image["src"] = (site / _address(address, image["src"])).as_uri()
    for figure in article.select("figure.plot"):
        # WeasyPrint does not know CSS variables inside SVG.
        text = str(figure).replace("currentColor", "#1b2733")
        for name in ("1", "2", "3", "4"):
            start = f"var(--series-{name}, "
            while start in text:
                before, _, after = text.partition(start)
                text = before + after.replace(")", "", 1)
        figure.replace_with(BeautifulSoup(text, "html.parser"))
    return f'<section class="chapter" id="{_id(address, "")}">{article.decode_contents()}</section>'


def contents(listing):
    """Return the table of contents; the page numbers come from the stylesheet."""
    rows, last = [], ""
    for address, (part, title) in listing.items():
        if part != last:
            rows.append(f'<li class="part">{escape(part)}</li>')
            last = part
        if address:
            rows.append(f'<li><a href="#{_id(address, "")}">{escape(title)}</a></li>')
    return f'<nav class="contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></nav>'


def book(site):
    """Return the HTML of the whole book."""
    start = _read(site / "index.html")
    title = start.title.get_text()
    promise = start.select_one('meta[name="description"]')["content"]
    listing = pages(site)
    chapters = [chapter(site, address, listing) for address in listing if address]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="description" content="{escape(promise)}"></head><body>'
        f'<section class="cover" id="{_id("", "")}">'
        f'<img alt="{escape(title)}" src="{MARK.as_uri()}">'
        f"<h1>{escape(title)}</h1><p>{escape(promise)}</p></section>"
        f"{contents(listing)}{''.join(chapters)}</body></html>"
    )


def _read(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def _paragraph(text, name):
    return BeautifulSoup(f'<p class="{name}">{escape(text)}</p>', "html.parser").p


def _address(page, href):
    """Return the address, from the site's root, that `href` on `page` leads to."""
    path = normpath(join(page, urldefrag(href).url)).lstrip("./")
    return f"{path}/" if path and not Path(path).suffix else path


def _id(address, anchor):
    return f"{address.strip('/').replace('/', '-')}--{anchor}"


def _target(site, page, href, known):
    if urlsplit(href).scheme:
        return href
    address = _address(page, href)
    if address in known and address:
        return f"#{_id(address, urldefrag(href).fragment)}"
    if not (site / address).exists():
        raise Problem(f"{page}index.html: {href} leads nowhere")
    return f"#{_id('', '')}"


def main():
    site, pdf = (Path(argument).resolve() for argument in sys.argv[1:])
    complaints = Complaints()
    logging.getLogger("weasyprint").handlers = [complaints]
    pdf.parent.mkdir(parents=True, exist_ok=True)
    html = weasyprint.HTML(string=book(site), base_url=str(site))
    html.write_pdf(pdf, stylesheets=[THEME / "book.css"], pdf_variant="pdf/ua-1")
    if complaints.said:
        raise Problem("\n".join(sorted(set(complaints.said))))


class Complaints(logging.Handler):
    """Collects what WeasyPrint finds wrong, such as a link that leads nowhere."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"book.py: {problem}")
