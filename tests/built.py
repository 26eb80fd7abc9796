"""The built site, as the checks of site, browser and book see it."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parent.parent
NAME = "python-threads-executed"
SITE = ROOT / "site"
OFFLINE = ROOT / "dist" / NAME
ARCHIVE = ROOT / "dist" / f"{NAME}.zip"
BOOK = ROOT / "dist" / f"{NAME}.pdf"


def pages(site):
    """Return the HTML files of a built site; there is a site only after `make site`."""
    found = sorted(site.rglob("*.html"))
    assert found, f"{site} is not built: run make site"
    return found


@cache
def soup(page):
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")
