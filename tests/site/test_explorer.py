"""The explorers in a real browser."""

import gzip
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import counted
import explorer
import graphs
import measuring
from built import OFFLINE, SITE, soup
from test_accessibility import COLOR

PAGE = "proved/races/index.html"
RACES = "proved/break_it/index.html"
MOST = 80_000  # bytes of a page, with all its explorers, as they are sent

# Presses every button that can be pressed, in every order; returns the last words of each
# order and how many there were. An order that leads to a state seen before is not followed.
TRY_ALL = """(box) => {
  const buttons = [...box.querySelectorAll("[data-step]")];
  const words = () => box.querySelector("[role=status]").textContent;
  const state = () => [...box.querySelectorAll(".shared, .threads, .cursors")]
    .map((part) => part.innerHTML).join();
  const undo = box.querySelector("[data-do=undo]");
  const seen = new Set(), ends = [];
  const go = () => {
    if (seen.has(state())) return;
    seen.add(state());
    let pressed = 0;
    for (const button of buttons) {
      const before = state();
      if (button.getAttribute("aria-disabled") === "true") continue;
      button.click();
      pressed += 1;
      go();
      undo.click();
      if (state() !== before) throw new Error("Undo leads elsewhere");
    }
    if (!pressed) ends.push(words());
  };
  go();
  return { states: seen.size, ends };
}"""


@pytest.fixture
def see(visit, address):
    """Return a function that opens an explorer of a page, and gives its box."""
    visit.clock.install()

    def see(name, page=RACES):
        visit.goto(address + page)
        visit.box = visit.locator(f"#explore-{name}")
        visit.box.scroll_into_view_if_needed()
        visit.status = visit.box.get_by_role("status")
        visit.status.wait_for()
        return visit.box

    yield see
    assert visit.errors == []


@pytest.fixture
def counter(see):
    return see("counter", PAGE)


def press(box, name):
    box.get_by_role("button", name=name, exact=True).click()


def test_an_update_is_lost_by_keyboard_alone(see, visit):
    see("lost-update")
    for _ in range(200):
        visit.keyboard.press("Tab")
        if visit.evaluate("document.activeElement.textContent") == "Step A":
            break
    visit.keyboard.press("Enter")
    expect(visit.status).to_contain_text("A ran line 6 (read = counter). Now read = 0.")
    visit.keyboard.press("Tab")
    visit.keyboard.press("Space")
    visit.keyboard.press("b")
    expect(visit.status).to_contain_text("Now counter = 1. B is done.")
    visit.keyboard.press("A")
    expect(visit.status).to_contain_text("counter is 1, not 2. You took 2 switches; fewer do not")
    expect(visit.box.get_by_role("button", name="is done")).to_have_count(2)
    visit.keyboard.press("b")
    expect(visit.status).to_contain_text("Broken")
    visit.keyboard.press("u")
    expect(visit.status).to_contain_text("Now counter = 1. B is done.")


def test_more_switches_than_needed_are_told(see, visit):
    see("three-philosophers")
    for key in "aabbcabcc":
        visit.keyboard.press(key)  # nothing: the explorer has no focus
    expect(visit.status).to_contain_text("No thread has begun")
    visit.box.get_by_role("button", name="Undo").focus()
    for key in "abcabcabcabc":
        visit.keyboard.press(key)
    expect(visit.status).to_contain_text(
        re.compile(r"Broken: .*You took \d+ switches; 3 can do it.")
    )


@pytest.mark.parametrize("name", graphs.names())
def test_the_shown_order_breaks_in_the_fewest_switches_that_the_graph_has(see, visit, name):
    box = see(name)
    least = graphs.recorded(name, "bad").fewest[0]
    expect(box.locator(".goal")).to_contain_text(f"as you can: {least} ")
    press(box, "Show an order that breaks it")
    expect(visit.status).to_contain_text(re.compile(r"Broken: .*fewer do not break it"))
    expect(box.locator(".counts")).to_contain_text(f"Switches: {least}.")
    link = box.get_by_role("link", name="Link to this order").get_attribute("href")
    order = [
        graphs.NAMES.index(letter.upper())
        for letter, count in re.findall(r"([a-h])(\d+)", link.partition("=bad.")[2])
        for _ in range(int(count))
    ]
    (states,) = graphs.run(graphs.RACES / name / "bad.py", [order])
    assert states[-1]["fault"]


@pytest.mark.parametrize("name", graphs.names())
def test_a_fix_cannot_be_broken_by_any_buttons(see, visit, name):
    box, graph = see(name), graphs.recorded(name, "fixed")
    press(box, "Fixed")
    press(box, "Try every state")
    every = graph.orders[0][0]
    expect(visit.status).to_have_text(
        f"All {len(graph.states):,} states tried, {every:,} orders: none breaks."
    )
    expect(box.get_by_role("button", name="Show an order")).to_have_attribute(
        "aria-disabled", "true"
    )
    if len(graph.states) < 100:  # more would take minutes
        tried = box.evaluate(TRY_ALL)
        assert tried["states"] > 1
        assert all("nothing broke" in end for end in tried["ends"])


def test_bad_and_good_ends_can_be_reached_and_every_step_undone(counter):
    ends = counter.evaluate(TRY_ALL)["ends"]
    assert any("made 1: one update is lost" in end for end in ends)
    assert any("nothing broke" in end for end in ends)


def test_the_locked_counter_cannot_be_made_to_lose(counter):
    press(counter, "with lock: counter += 1")
    builds = counter.get_by_role("combobox")
    for number in range(builds.get_by_role("option").count()):
        builds.select_option(str(number))
        tried = counter.evaluate(TRY_ALL)
        assert tried["states"] > 20
        assert tried["ends"]
        assert all("nothing broke" in end for end in tried["ends"])


def test_every_build_of_the_machine_can_be_chosen(counter):
    options = counter.get_by_role("option").all_text_contents()
    names = [name for option in options for name in option.removeprefix("CPython ").split(", ")]
    assert sorted(names) == sorted(measuring.measured(counted.PROGRAM, "--json"))


def test_a_thread_that_waits_says_so_and_cannot_be_stepped(see, visit):
    box = see("lost-update")
    press(box, "Fixed")
    press(box, "Step A")
    press(box, "Step B")
    expect(visit.status).to_contain_text("B waits for lock.")
    waiting = box.get_by_role("button", name="B waits for lock")
    expect(waiting).to_have_attribute("aria-disabled", "true")
    waiting.click(force=True)
    expect(box.locator(".counts")).to_contain_text("So far: A ×1, B ×1.")


def test_a_link_holds_the_order(see, visit, address):
    box = see("lock-order")
    press(box, "Fixed")
    press(box, "Step B")
    press(box, "Step A")
    link = box.get_by_role("link", name="Link to this order")
    link.click()
    assert visit.url.endswith("#lock-order=fixed.b1a1")
    visit.reload()
    expect(box.locator(".counts")).to_contain_text("So far: B ×1, A ×1.")
    expect(box.get_by_role("button", name="Fixed")).to_have_attribute("aria-pressed", "true")
    expect(box).to_be_in_viewport()
    visit.goto(f"{address}{RACES}#lock-order=bad.a9")
    expect(visit.status).to_have_text("The link holds an order that this program does not have.")


def test_an_order_is_played_and_can_be_stopped(see, visit):
    box = see("torn-pair")
    press(box, "Play")
    expect(box.get_by_role("button", name="Stop")).to_be_focused()
    visit.clock.run_for(60_000)
    expect(visit.status).to_contain_text("Broken: B raises AssertionError")
    press(box, "Play")
    press(box, "Stop")
    visit.clock.run_for(60_000)
    expect(visit.status).to_contain_text("No thread has begun")
    press(box, "Fixed")
    press(box, "Play")
    visit.clock.run_for(60_000)
    expect(visit.status).to_contain_text("nothing broke")


@pytest.mark.parametrize("page", ["proved/break_it.html", "proved/races.html"])
def test_it_works_from_a_file(visit, page):
    visit.goto((OFFLINE / page).as_uri())
    box = visit.locator(".explorer").first
    box.scroll_into_view_if_needed()
    box.get_by_role("button", name="Step B").click()
    expect(box.get_by_role("status")).to_contain_text("B ran line")
    assert visit.errors == []


def test_it_fits_a_phone(see, visit):
    visit.set_viewport_size({"width": 320, "height": 640})
    for name, page in ("counter", PAGE), ("pool-waits-for-itself", RACES):
        box = see(name, page)
        press(box, "Show an order that breaks it")
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert box.bounding_box()["width"] <= 320
        for button in box.get_by_role("button").all():
            assert button.bounding_box()["height"] >= 24


def test_axe_finds_nothing_in_any_explorer(see, visit):
    for name in graphs.names():
        box = visit.locator(f"#explore-{name}") if visit.url.startswith("http") else see(name)
        box.scroll_into_view_if_needed()
        press(box, "Show an order that breaks it")
    visit.add_style_tag(content="* { transition: none !important }")
    visit.evaluate(Axe().axe_script)
    run = "([options]) => axe.run('.explorer', options)"
    assert visit.evaluate(run, [{}])["violations"] == []
    for scheme in ("default", "slate"):
        visit.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
        assert visit.evaluate(run, [COLOR])["violations"] == []


def test_in_print_and_without_scripts_tables_tell_the_same(see, visit, browser, address):
    box = see("lost-update")
    table = visit.locator("#explore-lost-update + .explorer-table")
    assert not table.is_visible()
    visit.emulate_media(media="print")
    assert table.is_visible()
    assert not box.is_visible()
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + PAGE)
        assert page.locator(".explorer").is_hidden()
        rows = page.locator(".explorer-table tbody tr")
        expect(rows).to_have_count(len(counted.builds()[-1][2]["plain"].fewest[1]))
        expect(rows.last).to_contain_text("STORE_GLOBAL counter")


def test_only_pages_with_explorers_load_the_scripts():
    loading = {
        str(path.relative_to(SITE))
        for path in SITE.rglob("*.html")
        if soup(path).select('script[src$="explorer.js"]')
    }
    assert loading == {PAGE, RACES}


@pytest.mark.parametrize("page", [PAGE, RACES])
def test_a_page_is_light_with_all_its_explorers(page):
    names = [box["data-explorer"] for box in soup(SITE / page).select(".explorer")]
    files = [SITE / page, *(SITE / f"assets/explorers/{name}.js" for name in names)]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < MOST


def test_an_explorer_that_nobody_has_recorded_is_named_with_its_place():
    class Request:
        which, place = "nothing", "docs/page.md:7"

    with pytest.raises(graphs.NotRecorded, match=r"docs/page.md:7: no explorer 'nothing'; there"):
        explorer.figure(Request)


def test_a_site_that_is_built_before_anything_ran_says_so(monkeypatch):
    class Request:
        which = explorer.COUNTER

    monkeypatch.setattr(measuring, "measured", lambda *_: {})
    made = explorer.figure(Request)
    assert "Not measured yet" in made
    assert "\n" not in made
