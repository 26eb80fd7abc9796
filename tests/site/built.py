"""The built site, as the checks of site, browser and book see it."""

from functools import cache

from bs4 import BeautifulSoup

from engine import ROOT

NAME = "python-threads-executed"
SITE = ROOT / "site"
OFFLINE = ROOT / "dist" / NAME
ARCHIVE = ROOT / "dist" / f"{NAME}.zip"
BOOK = ROOT / "dist" / f"{NAME}.pdf"


def pages(site):
    """Return the pages of a built site: its HTML files but the 404 page and redirects."""
    found = sorted(site.rglob("*.html"))
    assert found, f"{site} is not built: run make site"
    return [page for page in found if page.name != "404.html" and not moved(page)]


def moved(page):
    return 'http-equiv="refresh"' in page.read_text("utf-8")


@cache
def soup(page):
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


@cache
def ids(page):
    return {tag["id"] for tag in soup(page).select("[id]")}
