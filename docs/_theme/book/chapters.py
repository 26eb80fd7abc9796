"""Read the built site: its pages in the order of the navigation, each as a chapter."""

import base64
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[3]
NOT_PRINTED = (
    ".headerlink, .md-content__button, .md-source-file, script, style, .screen-only, "
    ".md-tags, button, template, .evidence a[href^='http']"
)
# The classes of Pygments that the book prints differently: keywords and comments.
PRINTED = {"k", "kc", "kd", "kn", "kr", "kt", "ow", "c", "c1", "ch", "cm", "sd"}
WHOLE = 24  # lines: a block of no more than that stays on one page
SERIES = re.compile(r"var\(--[\w-]+, (#\w+)\)")


class Problem(Exception):
    """Something would look wrong in print; the message names file and line."""


@dataclass
class Chapter:
    """One page of the site: its place in the book and its content, as HTML."""

    address: str
    part: str
    title: str
    html: str = ""
    sections: list = field(default_factory=list)  # (level, id, title)
    links: list = field(default_factory=list)  # addresses outside of the book, in order
    names: list = field(default_factory=list)  # (name of an API, id of the section)

    @property
    def id(self):
        return identity(self.address, "")

    @property
    def slug(self):
        """The name of the chapter's own PDF."""
        return self.address.strip("/").replace("/", "-") or "start"


def read(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def chapters(site):
    """Return every page of the navigation as a Chapter; the start page is the first."""
    soup = read(site / "index.html")
    found = {}
    for link in soup.select(".md-nav--primary a.md-nav__link[href]"):
        if urlsplit(link["href"]).scheme:
            continue
        address = _address("", link["href"])
        section = link.find_parent("nav")
        part = "" if "md-nav--primary" in section["class"] else section.label.get_text(strip=True)
        title = link.get_text(" ", strip=True)
        found.setdefault(address, Chapter(address, part, title))
    for path in sorted(site.rglob("index.html")):
        address = _address("", path.parent.relative_to(site).as_posix())
        if address not in found and 'http-equiv="refresh"' not in path.read_text("utf-8"):
            raise Problem(f"{source(address)}:1: not in the navigation, so not in the book")
    for chapter in found.values():
        _Reader(site, chapter, found).read()
    return list(found.values())


class _Reader:
    """Turns the markup of a page into that of a chapter."""

    def __init__(self, site, chapter, known):
        self.site, self.chapter, self.known = site, chapter, known
        self.article = read(site / chapter.address / "index.html").select_one("article")

    def read(self):
        for unwanted in self.article.select(NOT_PRINTED):
            unwanted.decompose()
        self._flatten_details()
        self._flatten_tabs()
        self._simplify_code()
        self._simplify_evidence()
        for tag in self.article.select("[id]"):
            tag["id"] = identity(self.chapter.address, tag["id"])
        self._list_sections()
        self._turn_links()
        self._draw()
        self.chapter.html = self.article.decode_contents()

    def _flatten_details(self):
        for tag in self.article.select("details"):
            tag.name = "div"
        for summary in self.article.select("summary"):
            summary.name, summary["class"] = "p", "admonition-title"

    def _flatten_tabs(self):
        for tabs in self.article.select(".tabbed-set"):
            labels = [label.get_text() for label in tabs.select(".tabbed-labels > label")]
            for label, block in zip(labels, tabs.select(".tabbed-block"), strict=True):
                block.insert(0, _new("p", label, "tab-label"))
            for control in tabs.select("input, .tabbed-labels"):
                control.decompose()

    def _simplify_code(self):
        """Keep of a block what is printed: boxes of each token cost memory by the gigabyte."""
        for pre in self.article.select("pre"):
            code = pre.code or pre  # a notebook's fence has no <code>
            for span in code.select("span"):
                if not PRINTED & set(span.get("class", [])):
                    span.unwrap()
            code.smooth()
            lines = code.decode_contents().rstrip("\n").split("\n")
            code.clear()
            if len(lines) <= WHOLE:
                pre["class"] = [*pre.get("class", []), "whole"]
            for line in _closed(lines):
                # A line may break behind its indent, unless that belongs to its first word.
                line = re.sub(r"^( +)(<span[^>]*>)", r"\2\1", line)
                code.append(BeautifulSoup(f'<span class="l">{line}\n</span>', "html.parser"))

    def _simplify_evidence(self):
        for words in self.article.select(".evidence .words, wbr"):
            words.decompose()
        for symbol in self.article.select(".evidence td > span"):
            symbol.unwrap()

    def _list_sections(self):
        for heading in self.article.select("h1, h2, h3"):
            anchor = heading.get("id") or self.chapter.id
            title = heading.get_text(" ", strip=True)
            self.chapter.sections.append((int(heading.name[1]), anchor, title))

    def _turn_links(self):
        section = self.chapter.id
        for tag in self.article.select("h2[id], h3[id], a[href]"):
            if tag.name != "a":
                section = tag["id"]
                continue
            target = self._target(tag["href"])
            if target is None:
                tag.unwrap()
            elif target.startswith("#"):
                tag["href"] = target
            else:
                self._outside(tag, target, section)

    def _outside(self, link, target, section):
        """Number an outside link; its address stands at the end of the chapter."""
        if target not in self.chapter.links:
            self.chapter.links.append(target)
        number = self.chapter.links.index(target) + 1
        if "docs.python.org" in target and "." in urldefrag(target).fragment:
            self.chapter.names.append((urldefrag(target).fragment, section))
        link.insert_after(_new("sup", str(number), "link-number"))

    def _target(self, href):
        """Return where a link leads in print: "#id", an outside address, or None for a file."""
        if urlsplit(href).scheme:
            return href
        address, anchor = _address(self.chapter.address, href), urldefrag(href).fragment
        if address in self.known:
            if anchor and anchor not in _anchors(self.site / address / "index.html"):
                raise Problem(f"{self._place(href)}: {href} leads nowhere")
            return f"#{identity(address, anchor)}"
        if not (self.site / address).exists():
            raise Problem(f"{self._place(href)}: {href} leads nowhere")
        return None

    def _draw(self):
        """Make each inline drawing an image: styles and names inside it stay its own."""
        for svg in self.article.select("svg"):
            if svg.get("aria-hidden") == "true":
                svg.decompose()
                continue
            words = svg.get("aria-label")
            if not words:
                raise Problem(f"{self._place('<svg')}: a drawing without alternative text")
            svg["xmlns"] = "http://www.w3.org/2000/svg"
            text = SERIES.sub(r"\1", str(svg)).replace("currentColor", "#1b2733")
            # html.parser has made all names lower case.
            text = re.sub(r"\bviewbox=", "viewBox=", text).replace("clippath", "clipPath")
            data = base64.b64encode(text.encode()).decode()
            image = self._image(f"data:image/svg+xml;base64,{data}", words)
            svg.replace_with(image)
        for image in self.article.select("img"):
            if not image.get("alt"):
                raise Problem(f"{self._place(image['src'])}: a picture without alternative text")
            if not image["src"].startswith("data:"):
                path = self.site / _address(self.chapter.address, image["src"])
                image["src"] = path.as_uri()

    def _image(self, src, alt):
        tag = BeautifulSoup("", "html.parser").new_tag("img", src=src, alt=alt)
        return tag

    def _place(self, text):
        path = source(self.chapter.address)
        lines = (ROOT / path).read_text("utf-8").splitlines() if (ROOT / path).exists() else []
        key = text.rstrip("/").split("/")[-1].split("#")[-1]
        number = next((n for n, line in enumerate(lines, 1) if key in line), 1)
        return f"{path}:{number}"


def source(address):
    """Return the file that a page was made from, seen from the repository."""
    page = address.strip("/")
    for name in (f"{page}.md", f"{page}/index.md", f"{page}.py"):
        if (ROOT / "docs" / name).exists():
            return f"docs/{name}"
    return f"docs/{page or 'index'}.md"


def identity(address, anchor):
    return f"{address.strip('/').replace('/', '-')}--{anchor}"


@cache
def _anchors(page):
    return {tag["id"] for tag in read(page).select("[id]")}


def _address(page, href):
    """Return the address, from the site's root, that `href` on `page` leads to."""
    path = normpath(join(page, urldefrag(href).url)).lstrip("./")
    return f"{path}/" if path and not Path(path).suffix else path


def _new(tag, text, name):
    return BeautifulSoup(f'<{tag} class="{name}">{escape(text)}</{tag}>', "html.parser").contents[0]


def _closed(lines):
    """Yield lines of HTML with each span that reaches over their end closed and opened again."""
    open_tags = []
    for line in lines:
        opened = "".join(open_tags)
        for tag in re.findall(r"<span[^>]*>|</span>", line):
            if tag == "</span>":
                open_tags.pop()
            else:
                open_tags.append(tag)
        yield opened + line + "</span>" * len(open_tags)
