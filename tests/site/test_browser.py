"""The site in a real browser: what it asks for, and what its search finds."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from built import ARCHIVE, OFFLINE, ROOT, SITE, pages

# What is typed, and the sections that answer it: "page/#section", the best one first.
SEARCHES = json.loads((ROOT / "tests/site/searches.json").read_text("utf-8"))
# How many of a group may not be among the first three, and not the first.
ALLOWED = {
    "questions": (0, 3),
    "before tuning": (1, 3),
    "after tuning": (0, 2),
    "libraries": (0, 2),
    "reports": (0, 3),
    "titles": (0, 12),
    "pasted": (0, 3),
    "reported": (0, 3),
    "popular": (0, 2),
    "plain words": (0, 6),
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The offline copy as a reader has it: from the zip, in a folder with an awkward name."""
    folder = tmp_path_factory.mktemp("unzip") / "Zug nach Köln"
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(folder)
    return folder / OFFLINE.name


@pytest.mark.parametrize("copy", ["online", "offline"])
def test_no_page_asks_a_third_party_or_raises(visit, address, unpacked, copy):
    site = {"online": SITE, "offline": unpacked}[copy]
    start = {"online": address, "offline": unpacked.as_uri() + "/"}[copy]
    for page in pages(site):
        visit.goto(start + str(page.relative_to(site)))
        visit.evaluate("new Promise(requestIdleCallback)")
    foreign = [u for u in visit.requests if not u.startswith((start, "data:", "blob:"))]
    assert foreign == []
    assert visit.errors == []


def hits(visit, typed):
    """Type into the search box, and return the addresses that it offers, best first."""
    box = visit.get_by_role("combobox", name="Search")
    box.fill(typed)
    visit.wait_for_function(
        "() => document.getElementById('search-count').textContent.includes('found')"
    )
    options = visit.get_by_role("option")
    found = [options.nth(i).get_attribute("href") for i in range(options.count())]
    box.fill("")
    return found


@pytest.mark.parametrize("group", SEARCHES)
def test_search_finds_the_section_that_answers(visit, address, group):
    visit.goto(address)
    places = {}
    for typed, answers in SEARCHES[group].items():
        found = [url.removeprefix(address) for url in hits(visit, typed)]
        places[typed] = next((i for i, url in enumerate(found) if url in answers), None)
    missed = [typed for typed, place in places.items() if place is None or place > 2]
    later = [typed for typed, place in places.items() if place != 0]
    most_missed, most_later = ALLOWED[group]
    assert len(missed) <= most_missed, f"not among the first three: {missed}"
    assert len(later) <= most_later, f"not first: {later}"


def test_what_a_section_says_is_asked_finds_it(visit, address):
    index = (SITE / "assets/search-index.js").read_text("utf-8")
    asked = [
        (phrase, url + f"#{anchor}" * (level > 1))
        for url, _, _, sections in json.loads(index[len("searchIndex(") : -2])
        for anchor, level, *_, asked in sections
        for phrase in filter(None, asked.split("; "))
    ]
    phrases = [phrase for phrase, _ in asked]
    assert len(phrases) > 100
    assert [phrase for phrase in phrases if phrases.count(phrase) > 1] == []
    visit.goto(address)
    hits(visit, "lock")  # loads the index
    found = visit.evaluate(
        "asked => asked.map(one => search.find(one, 3).map(hit => hit.url))", phrases
    )
    missed = [(one, urls) for one, urls in zip(asked, found, strict=True) if one[1] not in urls]
    assert missed == []


@pytest.mark.parametrize("copy", ["online", "offline"])
def test_search_works_by_keyboard_and_loads_its_index_only_then(visit, address, unpacked, copy):
    start = {"online": address, "offline": (unpacked / "index.html").as_uri()}[copy]
    visit.goto(start, wait_until="networkidle")
    assert [url for url in visit.requests if "search-index" in url] == []
    visit.keyboard.press("/")
    visit.keyboard.type("as_completed")
    expect(visit.get_by_role("option").first).to_contain_text("as_completed")
    visit.keyboard.press("ArrowDown")
    chosen = visit.get_by_role("option", selected=True)
    expect(chosen).to_have_attribute("href", re.compile(r"guide/pools.*#as-completed"))
    visit.keyboard.press("Enter")
    visit.wait_for_url(re.compile(r"guide/pools.*#as-completed"))


PASTED = """Exception in thread Thread-1 (work):
Traceback (most recent call last):
  File "/usr/lib/python3.12/threading.py", line 1073, in _bootstrap_inner
    self.run()
  File "/home/me/app/main.py", line 12, in work
    loop = asyncio.get_event_loop()
  File "/usr/lib/python3.12/asyncio/events.py", line 702, in get_event_loop
    raise RuntimeError('There is no current event loop in thread %r.'
RuntimeError: There is no current event loop in thread 'Thread-1 (work)'.
"""
INTERRUPTED = """Traceback (most recent call last):
  File "C:\\app\\main.py", line 3, in <module>
    pool.shutdown()
  File "C:\\Python311\\Lib\\threading.py", line 1119, in join
    self._wait_for_tstate_lock()
KeyboardInterrupt
"""


@pytest.mark.parametrize(
    ("pasted", "asks", "first"),
    [
        (PASTED, "RuntimeError: There is no current", "errors/asyncio/#no-current-event-loop"),
        (INTERRUPTED, "KeyboardInterrupt threading.join", "guide/threading/#signals"),
        ("_queue.Empty\n", "queue.Empty", "errors/locks-and-queues/#queue-empty"),
    ],
)
def test_a_pasted_traceback_asks_for_its_message(visit, address, pasted, asks, first):
    visit.goto(address)
    box = visit.get_by_role("combobox", name="Search")
    box.focus()
    visit.evaluate(
        """text => {
          const data = new DataTransfer()
          data.setData("text", text)
          const paste = new ClipboardEvent("paste", { clipboardData: data, cancelable: true })
          document.activeElement.dispatchEvent(paste)
        }""",
        pasted,
    )
    expect(box).to_have_value(re.compile(rf"^{re.escape(asks)}"))
    expect(visit.get_by_role("option").first).to_have_attribute("href", re.compile(first))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("huey worker", "The guide has nothing on “huey”. "),
        ("treading local", "“treading” is taken for “thread”. "),
        ("semaph", ""),
    ],
)
def test_search_says_what_the_guide_does_not_have(visit, address, typed, said):
    visit.goto(address)
    visit.get_by_role("combobox", name="Search").fill(typed)
    expect(visit.get_by_role("status")).to_have_text(re.compile(rf"^{said}\d+ sections found$"))


def test_copies_commands_without_prompts_and_code_without_output(visit, address):
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.goto(f"{address}guide/pools/")
    block = visit.locator(".language-python").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert visit.evaluate("navigator.clipboard.readText()") == block.locator("code").inner_text()
    visit.goto(f"{address}guide/concurrency/")
    block = visit.locator(".language-console").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    shown = block.locator("code").inner_text()
    assert shown.startswith("$ ")
    copied = visit.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [line.removeprefix("$ ") for line in shown.splitlines()]


def test_an_output_folds_without_scripts(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}guide/pools/")
        output = page.locator(".output").first
        expect(output.locator("pre")).to_be_visible()
        output.locator("summary").click()
        expect(output.locator("pre")).to_be_hidden()


def test_the_navigation_of_a_phone_opens_by_keyboard(visit, address):
    visit.set_viewport_size({"width": 390, "height": 844})
    visit.goto(f"{address}guide/pools/")
    chapter = visit.locator(".md-sidebar--primary").get_by_text("Best Practices")
    expect(chapter).to_be_hidden()
    visit.get_by_role("button", name="Navigation").press("Enter")
    expect(chapter).to_be_visible()
    visit.keyboard.press("Escape")
    expect(chapter).to_be_hidden()


@pytest.mark.parametrize("path", ["semaphore-timeout", "guide/old/semaphore-timeout/"])
def test_a_wrong_address_has_a_page_that_searches_for_its_words(visit, address, path):
    answer = visit.goto(address + path)
    assert answer.status == 404
    expect(visit.get_by_role("heading", name="There is no such page")).to_be_visible()
    box = visit.get_by_role("combobox", name="Search")
    expect(box).to_have_value(re.compile("semaphore.timeout"))
    box.press("ArrowDown")
    expect(visit.get_by_role("option").first).to_contain_text(re.compile("[Ss]emaphore"))
    box.press("Escape")
    visit.get_by_role("link", name="start page").click()
    expect(visit).to_have_url(address)


def test_the_offline_copy_goes_dark_and_stays_so(visit, unpacked):
    visit.goto((unpacked / "index.html").as_uri())
    visit.get_by_title("Light or dark").click()
    expect(visit.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    visit.goto((unpacked / "guide/locks.html").as_uri())
    expect(visit.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_offline_copy_holds_the_books_and_is_small_without_them(unpacked):
    for name in (f"{OFFLINE.name}.pdf", f"{OFFLINE.name}-small.pdf", "pdf/guide-locks.pdf"):
        assert (unpacked / name).read_bytes().startswith(b"%PDF")
    with zipfile.ZipFile(ARCHIVE) as archive:
        others = [e.compress_size for e in archive.infolist() if not e.filename.endswith(".pdf")]
    assert sum(others) < 5_000_000
