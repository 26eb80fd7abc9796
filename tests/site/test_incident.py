"""The box that reads a dump: it says what the command says, sends nothing, and runs nothing."""

import contextlib
import gzip
import json
import re
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import expect

import dump_reader
import load
from built import OFFLINE, ROOT, SITE, ids

PAGE = "kit/incident/index.html"
MOST = 80_000  # bytes of the page and its scripts, as they are sent
PROGRAM = ROOT / "examples/kit/read_dump.py"
DUMPS = sorted((ROOT / "tests/programs/dumps").glob("*"))
READ = "(text) => window.readDump(text)"
ELEMENT = "document.body.append(Object.assign(document.createElement('{}'), {{ src: address }}))"
WAYS_OUT = (
    "fetch(address).catch(() => 0)",
    "new WebSocket(address.replace('http', 'ws'))",
    "navigator.sendBeacon(address, 'a dump')",
    "new Image().src = address",
    *map(ELEMENT.format, ("script", "iframe", "video")),
)
TRY = """address => new Promise(done => {
  document.addEventListener("securitypolicyviolation", () => done("refused"), { once: true })
  setTimeout(() => done("sent"), 3000)
  try { WAY } catch {}
})"""

read_dump = load.program("kit/read_dump")
STRANGE = {
    "empty": "",
    "blank": " \n\n",
    "prose": "It hangs!\nPlease help.",
    "java": '"main" #1 prio=5 nid=0x1 waiting\n   java.lang.Thread.State: WAITING',
    "go": "goroutine 1 [chan receive]:\nmain.main()\n\t/tmp/x.go:7 +0x1d\n",
    "c": "#0  0x00007f in futex_wait () from libc.so.6\n#1  main ()",
    "cut frame": 'Thread 0x0a (most recent call first):\n  File "a.py", line 3 in f\n  File "b.',
    "cut head": 'Thread 0x0a (most recent call first):\n  File "a.py", line 3 in f\nThread 0x00',
    "cut json": '[{"pid": 1, "thread_id": 2, "active": false, "frames": [{"name": "f", "file',
    "json": '[{"thread_id": 1, "frames": 5}]',
    "html": (
        'Thread 0x0000000a [<img src=x onerror="window.ran=1">] (most recent call first):\n'
        '  File "<script>window.ran=1</script>.py", line 3 in <svg onload=window.ran=1>\n'
    ),
    "repeated": (ROOT / "tests/programs/dumps/lock_order.txt").read_text("utf-8") * 3,
}


@pytest.fixture(params=["online", "offline"])
def page(request, visit, address):
    start = {"online": address, "offline": OFFLINE.as_uri() + "/"}[request.param]
    path = PAGE if request.param == "online" else PAGE.replace("/index", "")
    visit.goto(start + path)
    return visit


@pytest.fixture
def online(visit, address):
    visit.goto(address + PAGE)
    return visit


def paste(page, text):
    page.get_by_label("A dump of a Python program").last.fill(text)
    page.get_by_role("button", name="Read it").click()
    return page.locator("#dump-box [role=status]")


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.name)
def test_the_box_and_the_command_say_the_same(online, path):
    command = [sys.executable, PROGRAM, "--json", "--no-source", path]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert online.evaluate(READ, path.read_text("utf-8")) == json.loads(told.stdout)


@pytest.mark.parametrize("name", STRANGE)
def test_they_say_the_same_of_strange_input(online, name):
    assert online.evaluate(READ, STRANGE[name]) == read_dump.read(STRANGE[name])


def test_they_say_the_same_with_the_sources(online):
    text = (ROOT / "tests/programs/dumps/lock_order.txt").read_text("utf-8")
    lines = (ROOT / "tests/programs/hung/lock_order.py").read_text("utf-8").splitlines()
    told = online.evaluate("([text, lines]) => window.readDump(text, () => lines)", [text, lines])
    assert told == read_dump.read(text, lambda file: lines)
    assert told["causes"][0]["id"] == "lock-order"


def test_the_box_names_cause_place_and_section(page):
    answer = paste(page, (ROOT / "tests/programs/dumps/pool.txt").read_text("utf-8"))
    expect(answer).to_contain_text("Likely: Tasks of a pool wait for tasks of their own pool")
    page.get_by_role("link", name="Deadlock: a task that waits for its own pool").click()
    page.wait_for_url(re.compile(r"guide/pools(/|\.html)#deadlock"))
    assert page.errors == []


def test_markup_in_a_dump_is_shown_and_does_not_run(page):
    answer = paste(page, STRANGE["html"])
    expect(answer).to_contain_text("<script>window.ran=1</script>")
    assert answer.locator("script, img, svg").count() == 0
    assert page.evaluate("window.ran") is None
    assert page.errors == []


@pytest.fixture
def elsewhere():
    """A socket that listens, as another site would."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def received(elsewhere):
    """Return what was sent there. Chromium connects for a frame before it refuses it."""
    sent = b""
    with contextlib.suppress(BlockingIOError):
        while True:
            connection, _ = elsewhere.accept()
            with connection, contextlib.suppress(TimeoutError):
                connection.settimeout(1)
                sent += connection.recv(1000)

    return sent


def tried(page, way, elsewhere):
    return page.evaluate(TRY.replace("WAY", way), f"http://127.0.0.1:{elsewhere.getsockname()[1]}/")


@pytest.mark.parametrize("touch", ["focus", "click", "drag", "file", "sources", "set by a script"])
def test_the_page_reaches_no_other_site_once_the_box_is_touched(online, elsewhere, touch):
    online.wait_for_load_state("networkidle")
    box, files = online.locator("#dump-box textarea"), online.locator("#dump-box input[type=file]")
    if touch == "focus":
        box.focus()
    elif touch == "click":
        box.click()
    elif touch == "drag":
        box.dispatch_event("dragenter")
    elif touch == "set by a script":
        box.fill("a dump")
    else:
        files.nth(int(touch == "sources")).set_input_files(PROGRAM)
    assert [tried(online, way, elsewhere) for way in WAYS_OUT] == ["refused"] * len(WAYS_OUT)
    assert received(elsewhere) == b""
    asked = len(online.requests)
    paste(online, STRANGE["repeated"])
    assert online.requests[asked:] == []


def test_the_search_still_finds_once_the_box_is_touched(page):
    paste(page, STRANGE["repeated"])
    page.get_by_role("combobox", name="Search").fill("lock order")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.errors == []


def test_a_long_dump_is_read(online):
    text = (ROOT / "tests/programs/dumps/lock_order.txt").read_text("utf-8")
    length = online.evaluate(
        "(text) => window.readDump(text.repeat(Math.ceil(20e6 / text.length))).threads", text
    )
    assert length == read_dump.read(text)["threads"]


def test_without_scripts_the_page_names_the_command(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + PAGE)
        expect(page.get_by_text("The box needs JavaScript. The command below")).to_be_visible()
        expect(page.locator("#dump-box")).to_be_hidden()


def test_the_page_is_light():
    files = SITE / PAGE, SITE / "assets/dump-box.js"
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < MOST
    for name in "dump-reader", "dump-box":
        source = ROOT / f"docs/_theme/assets/{name}.js"
        assert len(source.read_text("utf-8").splitlines()) < 300


@pytest.mark.parametrize("link", dump_reader.links())
def test_every_link_of_the_rules_leads_to_a_section(link):
    path, _, anchor = link.partition("#")
    page = SITE / path.removesuffix(".md") / "index.html"
    assert page.is_file()
    assert not anchor or anchor in ids(page)
