"""The interleaving explorer: its program, and its page in a real browser."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

import explorer
import measuring
from built import OFFLINE, ROOT, SITE, soup

PAGE = "proved/races/index.html"
PROGRAM = "examples/proved/interleavings.py"

# Presses every button that can be pressed, in every order; returns the last words of each
# order and how many there were. An order that leads to a state seen before is not followed.
TRY_ALL = """() => {
  const box = document.getElementById("explorer");
  const buttons = [...box.querySelectorAll("[data-step]")];
  const words = () => box.querySelector("[role=status]").textContent;
  const state = () => [...box.querySelectorAll(".shared, .threads")]
    .map((part) => part.innerHTML).join();
  const back = box.querySelector("[data-do=back]");
  const seen = new Set(), ends = [];
  const go = () => {
    if (seen.has(state())) return;
    seen.add(state());
    let pressed = 0;
    for (const button of buttons) {
      const before = state();
      button.click();
      if (state() === before) continue;
      pressed += 1;
      go();
      back.click();
      if (state() !== before) throw new Error("Back leads elsewhere");
    }
    if (!pressed) ends.push(words());
  };
  go();
  return { states: seen.size, ends };
}"""


@pytest.fixture(scope="module")
def found():
    run = subprocess.run(
        [sys.executable, PROGRAM, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.fixture
def explorer(visit, address):
    visit.clock.install()
    visit.goto(address + PAGE)
    visit.box = visit.locator("#explorer")
    visit.status = visit.box.get_by_role("status")
    yield visit
    assert visit.errors == []


def test_all_orders_but_two_lose_and_none_with_the_lock(found):
    assert found["plain"]["results"] == {"1": 68, "2": 2}
    assert found["plain"]["confirmed"] == 70
    assert list(found["locked"]["results"]) == ["2"]
    assert found["locked"]["confirmed"] > 1


def test_an_unknown_instruction_has_a_name(tmp_path):
    program = (ROOT / PROGRAM).read_text("utf-8").replace('"STORE_GLOBAL" if', '"STORE" if')
    copy = tmp_path / "interleavings.py"
    copy.write_text(program, "utf-8")
    run = subprocess.run([sys.executable, copy], capture_output=True, text=True, timeout=100)
    assert run.returncode == 1
    assert "NotImplementedError: STORE_GLOBAL counter in CPython 3." in run.stderr


def test_a_real_run_that_disagrees_is_an_error(tmp_path):
    program = (
        (ROOT / PROGRAM)
        .read_text("utf-8")
        .replace("        values.append(counter)", "        values.append(counter + 1)")
    )
    copy = tmp_path / "interleavings.py"
    copy.write_text(program, "utf-8")
    run = subprocess.run([sys.executable, copy], capture_output=True, text=True, timeout=100)
    assert run.returncode == 1
    assert "but real threads made" in run.stderr


def test_an_update_is_lost_by_keyboard_alone(explorer):
    keyboard = explorer.keyboard
    for _ in range(200):
        keyboard.press("Tab")
        if explorer.evaluate("document.activeElement.textContent") == "Step thread A":
            break
    keyboard.press("Enter")
    expect(explorer.status).to_contain_text("A ran LOAD_GLOBAL counter: its stack is [0]")
    keyboard.press("Tab")
    for _ in range(3):
        keyboard.press("Space")
    expect(explorer.status).not_to_contain_text("stale")
    keyboard.press("Enter")
    expect(explorer.status).to_contain_text("counter is 1. A holds a stale value.")
    for _ in range(3):
        keyboard.press("a")
    expect(explorer.status).to_contain_text("Two increments made 1: one update is lost.")
    expect(explorer.box.get_by_role("button", name="is done")).to_have_count(2)
    keyboard.press("b")
    expect(explorer.status).to_contain_text("one update is lost")


def test_the_replay_ends_in_the_wrong_value(explorer):
    explorer.box.get_by_role("button", name="Replay").click()
    expect(explorer.box.get_by_role("button", name="Stop")).to_be_focused()
    explorer.clock.run_for(60_000)
    expect(explorer.status).to_contain_text("Two increments made 1: one update is lost.")
    expect(explorer.box.get_by_role("button", name="Replay")).to_be_focused()


def test_the_replay_can_be_stopped(explorer):
    explorer.box.get_by_role("button", name="Replay").click()
    explorer.box.get_by_role("button", name="Stop").click()
    explorer.clock.run_for(60_000)
    expect(explorer.status).to_contain_text("Both threads stand before")


def test_without_the_lock_both_results_can_be_reached(explorer):
    ends = explorer.evaluate(TRY_ALL)["ends"]
    assert any("made 1: one update is lost" in end for end in ends)
    assert any("made 2: none is lost" in end for end in ends)


def test_the_locked_version_cannot_be_made_to_lose(explorer):
    explorer.box.get_by_role("button", name="with lock").click()
    builds = explorer.box.get_by_role("combobox")
    for number in range(builds.get_by_role("option").count()):
        builds.select_option(str(number))
        tried = explorer.evaluate(TRY_ALL)
        assert tried["states"] > 20
        assert tried["ends"]
        assert all("Two increments made 2: none is lost." in end for end in tried["ends"])


def test_every_build_of_the_machine_can_be_chosen(explorer):
    options = explorer.box.get_by_role("option").all_text_contents()
    names = [name for option in options for name in option.removeprefix("CPython ").split(", ")]
    assert sorted(names) == sorted(measuring.measured("proved/interleavings.py", "--json"))


def test_a_thread_that_waits_says_so(explorer):
    explorer.box.get_by_role("button", name="with lock").click()
    while "A ran STORE" not in explorer.status.text_content():
        explorer.keyboard.press("a")
    for _ in range(40):
        explorer.keyboard.press("b")
    expect(explorer.status).to_contain_text("B waits for the lock.")
    waiting = explorer.box.get_by_role("button", name="B waits for the lock")
    expect(waiting).to_have_attribute("aria-disabled", "true")


def test_it_works_from_a_file(visit):
    visit.goto((OFFLINE / "proved/races.html").as_uri())
    visit.locator("#explorer").get_by_role("button", name="Step thread B").click()
    expect(visit.locator("article").get_by_role("status")).to_contain_text(
        "B ran LOAD_GLOBAL counter"
    )


def test_it_fits_a_phone(explorer):
    explorer.set_viewport_size({"width": 320, "height": 640})
    explorer.box.get_by_role("button", name="with lock").click()
    assert explorer.box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert explorer.box.bounding_box()["width"] <= 320
    for button in explorer.box.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 24


def test_without_scripts_a_table_tells_the_same(browser, address, found):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + PAGE)
        assert page.locator("#explorer").is_hidden()
        rows = page.locator(".explorer-table tbody tr")
        expect(rows).to_have_count(len(found["found"]["rows"]))
        expect(rows.last).to_contain_text("STORE_GLOBAL counter")


def test_only_its_page_loads_the_script():
    loading = [
        path.relative_to(SITE)
        for path in SITE.rglob("*.html")
        if soup(path).select('script[src$="explorer.js"]')
    ]
    assert [str(path) for path in loading] == [PAGE]


def test_a_site_that_is_built_before_anything_ran_says_so(monkeypatch):
    monkeypatch.setattr(measuring, "measured", lambda *_: {})
    made = explorer.figure(None)
    assert "Not measured yet" in made
    assert "\n" not in made
