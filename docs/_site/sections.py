"""Sections of the guide by their address below the site's, such as guide/locks/#counter."""

import re
from html import unescape

from markdown.extensions.toc import slugify
from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

from engine import ROOT, fences

HEADING = re.compile(r"^#{1,6} (?P<title>.*?)(?: \{ #(?P<id>[\w-]+) \})?$")


def title(url):
    """Return the heading of a section, without its marks."""
    page, anchor = url.split("/#")
    prose = fences.split((ROOT / f"docs/{page}.md").read_text("utf-8"))[1]
    found = (match for _, line in prose if (match := HEADING.match(line)))
    named = ((match["id"] or slugify(match["title"], "-"), match["title"]) for match in found)
    name = next((title for name, title in named if name == anchor), None)
    if name is None:
        raise PluginError(f"docs/{page}.md has no heading #{anchor}")
    return unescape(name.replace("`", "").replace("\\", ""))


def address(request, url):
    """Return an address below the site's as the page writes it, which may be a file's name."""
    page, _, anchor = url.partition("/#")
    file = request.files.get_file_from_path(f"{page}.md")
    return f"{get_relative_url(file.url, request.page.url)}#{anchor}"
