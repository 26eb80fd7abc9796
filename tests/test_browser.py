"""The site in a real browser: what it asks for, and what its search finds."""

import re
import shutil
import threading
import zipfile
from functools import partial

import pytest
from playwright.sync_api import expect

from built import ARCHIVE, OFFLINE, SITE, pages

# What is typed, and the section that its first hit leads to.
SEARCHES = {
    "as_completed": ("guide/pools", "#as-completed"),
    "race condition": ("guide/locks", "#race"),
    "daemon thread": ("guide/threading", "#daemon"),
    "deadlock": ("guide/locks", "#deadlock"),
}


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    handler = partial(Handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The offline copy as a reader has it: from the zip, in a folder with an awkward name."""
    folder = tmp_path_factory.mktemp("unzip") / "Zug nach Köln"
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(folder)
    return folder / OFFLINE.name


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, f"none of {', '.join(BROWSERS)} is on PATH: run make test"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=QUIET, chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """A page of a fresh browser that collects its requests and its errors."""
    with browser.new_context() as context:
        page = context.new_page()
        page.requests, page.errors = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        yield page


@pytest.mark.parametrize("copy", ["online", "offline"])
def test_no_page_asks_a_third_party_or_raises(visit, address, unpacked, copy):
    site = {"online": SITE, "offline": unpacked}[copy]
    start = {"online": address, "offline": unpacked.as_uri() + "/"}[copy]
    for page in pages(site):
        if page.name != "404.html":
            visit.goto(start + str(page.relative_to(site)), wait_until="networkidle")
    foreign = [u for u in visit.requests if not u.startswith((start, "data:", "blob:"))]
    assert foreign == []
    assert visit.errors == []


@pytest.mark.parametrize("copy", ["online", "offline"])
@pytest.mark.parametrize("typed", SEARCHES)
def test_search_leads_to_the_section(visit, address, unpacked, copy, typed):
    start = {"online": address, "offline": unpacked.as_uri() + "/index.html"}[copy]
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


def test_the_offline_copy_goes_dark_and_stays_so(visit, unpacked):
    visit.goto((unpacked / "index.html").as_uri())
    visit.get_by_title("Switch to dark").click()
    expect(visit.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    visit.goto((unpacked / "guide/locks.html").as_uri())
    expect(visit.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_offline_copy_holds_the_books_and_is_small_without_them(unpacked):
    for name in (f"{OFFLINE.name}.pdf", f"{OFFLINE.name}-small.pdf", "pdf/guide-locks.pdf"):
        assert (unpacked / name).read_bytes().startswith(b"%PDF")
    with zipfile.ZipFile(ARCHIVE) as archive:
        others = [e.compress_size for e in archive.infolist() if not e.filename.endswith(".pdf")]
    assert sum(others) < 5_000_000
