"""The site in a real browser: what it asks for, and what its search finds."""

import re

import pytest
from playwright.sync_api import expect

from built import OFFLINE, SITE, pages

# What is typed, and the section that its first hit leads to.
SEARCHES = {
    "as_completed": ("guide/pools", "#as-completed"),
    "race condition": ("guide/locks", "#race"),
    "daemon thread": ("guide/threading", "#daemon"),
    "deadlock": ("guide/locks", "#deadlock"),
}


@pytest.mark.parametrize("copy", ["online", "offline"])
def test_no_page_asks_a_third_party_or_raises(visit, address, copy):
    site = {"online": SITE, "offline": OFFLINE}[copy]
    start = {"online": address, "offline": OFFLINE.as_uri() + "/"}[copy]
    for page in pages(site):
        if page.name != "404.html":
            visit.goto(start + str(page.relative_to(site)), wait_until="networkidle")
    foreign = [u for u in visit.requests if not u.startswith((start, "data:", "blob:"))]
    assert foreign == []
    assert visit.errors == []


@pytest.mark.parametrize("copy", ["online", "offline"])
@pytest.mark.parametrize("typed", SEARCHES)
def test_search_leads_to_the_section(visit, address, copy, typed):
    start = {"online": address, "offline": OFFLINE.as_uri() + "/index.html"}[copy]
    visit.goto(start)
    box = visit.get_by_role("textbox", name="Search")
    box.click()
    box.type(typed)
    # Material puts the page over its sections: the hit is the first section.
    hit = visit.locator(".md-search-result__link[href*='#']").first
    page, section = SEARCHES[typed]
    # The hits follow the letters, so the first ones to appear answer only a part of the query.
    expect(hit).to_have_attribute("href", re.compile(f"{re.escape(page)}.*{re.escape(section)}"))
    hit.click()
    visit.wait_for_url(lambda url: page in url and section in url, timeout=10_000)
