"""The pages of the built site, in the order of its navigation, in a form for print."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote, urldefrag, urlsplit

from bs4 import BeautifulSoup

import code_lines

NOT_PRINTED = (
    ".headerlink, .md-content__button, .md-source-file, script, style, .screen-only, input, "
    ".plot details"
)


@dataclass
class Page:
    """One page of the site: its place in the navigation, and its content."""

    site: Path
    address: str  # "guide/locks/"; "" is the start page
    parts: tuple[str, ...]  # the sections of the navigation that hold it, the outermost first
    addresses: dict = field(default_factory=dict)  # {address outside the book: its number}

    @property
    def file(self):
        return self.site / self.address / "index.html"

    @property
    def slug(self):
        return self.address.strip("/").replace("/", "-") or "index"

    @cached_property
    def soup(self):
        return BeautifulSoup(self.file.read_text("utf-8"), "html.parser")

    @cached_property
    def article(self):
        # The rest of the page, its navigation above all, would stay in memory with it.
        article = self.__dict__.pop("soup", self.soup).select_one("article").extract()
        # What is reported names the place in the site, whatever happens to the markup.
        for tag in article.select("[id], a, img, svg, pre, table"):
            tag["data-at"] = f"{self.site.name}/{self.address}index.html:{tag.sourceline}"
        return article

    def id(self, anchor=""):
        return f"{self.slug}--{anchor}"


def read(site):
    """Return the Pages in the order of the navigation, and what the navigation lacks."""
    start = Page(site, "", ())
    found = {}
    for link in start.soup.select(".md-nav--primary a.md-nav__link[href]"):
        if urlsplit(link["href"]).scheme or link["href"].startswith("#"):
            continue
        address = _address("", link["href"])
        sections = [
            nav for nav in link.find_parents("nav") if "md-nav--primary" not in nav["class"]
        ]
        parts = tuple(nav.label.get_text(strip=True) for nav in reversed(sections))
        found.setdefault(address, Page(site, address, parts))
    known = {page.file for page in found.values()} | {site / "404.html"}
    missing = sorted(file for file in set(site.rglob("*.html")) - known if not _moved(file))
    problems = [
        f"{file.relative_to(site.parent)}:1: not in the navigation, so not in the book"
        for file in missing
    ]
    return list(found.values()), problems


def _moved(file):
    return 'http-equiv="refresh"' in file.read_text("utf-8")


def prepare(pages):
    """Make every page ready for print; return a line for each thing that would look wrong."""
    problems = []
    for page in pages:
        _flatten(page.article)
    known = {
        page.address: {tag["id"] for tag in page.article.select("[id]")} | {""} for page in pages
    }
    slugs = {page.address: page for page in pages}
    for page in pages:
        problems += _images(page)
        for link in page.article.select("a[href]"):
            problems += _link(page, link, known, slugs)
        taken = set()
        for tag in page.article.select("[id]:not(svg *)"):
            if tag["id"] in taken:  # two blocks with the same text have one row of evidence each
                del tag["id"]
            else:
                taken.add(tag["id"])
                tag["id"] = page.id(tag["id"])
        for pre in page.article.select("pre"):
            code_lines.typeset(pre)
        if page.addresses:
            page.article.append(_addresses(page))
        _keep_ending_together(page)
    return problems


def _flatten(article):
    """Turn what opens and closes on a screen into what stands on paper."""
    for unwanted in article.select(NOT_PRINTED):
        unwanted.decompose()
    for symbol in article.select(".evidence td > span:first-child"):
        symbol.parent.string = symbol.get_text()  # alone: there are thousands of cells
    for output in article.select(".output > details"):
        output.summary.name = "span"
        output.unwrap()
    for tag in article.select("details"):
        tag.name = "div"
        tag["class"] = ["admonition", *tag.get("class", [])]
    for summary in article.select("summary"):
        summary.name, summary["class"] = "p", "admonition-title"
    for tag in article.select("svg [fill], svg [stroke], svg [style], svg[style]"):
        # WeasyPrint does not know CSS variables inside SVG.
        for name in "fill", "stroke", "style":
            if value := tag.get(name):
                value = value.replace("currentColor", "#1b2733")
                tag[name] = re.sub(r"var\(--[\w-]+, *([^)]+)\)", r"\1", value)
    for svg in article.select("svg"):
        text = str(svg)
        for tag in svg.select("[id]"):
            if f"#{tag['id']}" not in text:
                del tag["id"]
    for number, output in enumerate(article.select(".output"), 1):
        output["id"] = output.get("id", f"output-{number}")


def _images(page):
    for image in page.article.select("img, svg:not(svg svg)"):
        if not (image.get("alt") or image.get("aria-label")):
            yield f"{image['data-at']}: {image.name} without alternative text"
        if src := image.get("src"):
            image["src"] = (page.site / _address(page.address, src)).as_uri()


def _link(page, link, known, slugs):
    href = link["href"]
    if urlsplit(href).scheme:
        number = page.addresses.setdefault(href, len(page.addresses) + 1)
        link.insert_after(_new("sup", str(number), "address"))
        return
    address, anchor = _address(page.address, href), unquote(urldefrag(href).fragment)
    if anchor in known.get(address, ()):
        link["href"] = f"#{slugs[address].id(anchor)}"
    elif address not in known and (page.site / address).exists():
        link.unwrap()  # a file of the site, which the book does not hold
    else:
        yield f"{link['data-at']}: {href} leads nowhere"


def _addresses(page):
    """Return the addresses that a page links to, as print shows them."""
    shown = [(a, a.removeprefix("https://").replace("/", "/<wbr>")) for a in page.addresses]
    rows = "".join(f'<li><a href="{address}">{text}</a></li>' for address, text in shown)
    notes = f'<section class="addresses"><p>Addresses</p><ol>{rows}</ol></section>'
    return BeautifulSoup(notes, "html.parser")


def _keep_ending_together(page):
    *_, last = [None, *page.article.select("h2")]
    if last and last.get_text().startswith("Where to go next"):
        ending = last.wrap(_new("section", "", "ending"))
        for tag in list(ending.next_siblings):
            ending.append(tag)


def _new(name, text, style):
    tag = BeautifulSoup("", "html.parser").new_tag(name, attrs={"class": style})
    tag.string = text
    return tag


def _address(page, href):
    """Return the address, from the site's root, that `href` on `page` leads to."""
    path = normpath(join(page, urldefrag(href).url)).lstrip("./")
    if path and not Path(path).suffix:
        return f"{path}/"
    return path.removesuffix("index.html")
