"""What a run of a row says: its result when it ends well, crashes, hangs, or tells nothing."""

import json
import re
import sys

import pytest

from engine import ROOT, builds, inputs, reader, rows

CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
ABORT = 'import os; print("double free or corruption (out)"); os.abort()'
FOUND = '{"operations": 100, "gil": true, "seen": []}'


def ended(code, deadline=20):
    return rows.outcome(reader.run("row.py", sys.executable, code=code, deadline=deadline))


@pytest.mark.parametrize(
    ("code", "text"), [(CRASH, "SIGSEGV"), (ABORT, "SIGABRT: double free or corruption (out)")]
)
def test_a_crash_is_reported_with_its_signal(code, text):
    result = ended(code)
    assert result["kind"] == "crashed"
    assert [one["text"] for one in result["seen"]] == [text]


def test_a_crash_after_the_result_is_a_crash():
    assert ended(f"print({FOUND!r}, flush=True); {CRASH}")["kind"] == "crashed"


def test_a_hang_ends_by_its_deadline():
    assert ended("while True: pass", deadline=1)["kind"] == "hang"


def test_a_hang_after_the_result_is_a_hang():
    assert ended(f"print({FOUND!r}, flush=True)\nwhile True: pass", deadline=1)["kind"] == "hang"


@pytest.mark.parametrize("code", ["1 / 0", "print('nothing to read')", "print('[1]')", "print(3)"])
def test_a_program_that_says_nothing_has_no_result(code):
    assert ended(code) is None


def test_a_result_is_found_among_what_threads_complain_of():
    result = ended(f"import sys; print({FOUND!r}); print('Traceback …', file=sys.stderr)")
    assert (result["kind"], result["operations"]) == ("nothing", 100)


def test_the_worst_that_was_seen_is_the_result():
    seen = [{"kind": kind, "text": "", "count": 1} for kind in ("raised", "wrong", "lost")]
    found = json.dumps({"operations": 100, "gil": True, "seen": seen})
    assert ended(f"print({found!r})")["kind"] == "wrong"


def test_what_a_build_lacks_is_absent():
    assert ended("""print('{"absent": "no", "operations": 0, "seen": []}')""")["kind"] == "absent"


def row(**about):
    return rows.Row("name", "area", 1, "what", "use", **about)


def test_a_source_is_an_address_or_a_part_of_cpythons():
    assert row(source="glossary.html").address == "https://docs.python.org/3/glossary.html"
    assert row(source="https://numpy.org/").address == "https://numpy.org/"
    assert row().address is None


def test_a_row_that_is_not_run_has_no_program():
    assert row().program == "examples/threadsafety/area_rows.py"
    assert row(library="redis", unrun="needs a server").program is None


@pytest.mark.parametrize(
    ("library", "kind", "fits"),
    [
        ("django", "nothing", True),
        ("django", "absent", False),
        ("numpy", "absent", True),
        ("numpy", "nothing", False),
        ("", "absent", True),
    ],
)
def test_a_row_is_absent_just_where_its_library_is(library, kind, fits):
    build = builds.Build("python", "3.14.0", False, "linux", "", {"django": "6.0"})
    assert row(library=library).fits({"kind": kind}, build) == fits
    if library:
        assert build.offers(library) == (library == "django")


TABLE = rows.table()


def test_every_function_has_its_row_and_every_row_its_function():
    there = {
        (f"{rows.FOLDER}/{path.name}", function)
        for path in (ROOT / rows.FOLDER).glob("*_rows.py")
        for function in re.findall(
            r"^def (\w+)\(run: Stress\) -> None:", path.read_text("utf-8"), re.M
        )
    }
    assert there == {(row.program, row.name) for row in TABLE if row.program}


def test_every_row_is_complete():
    assert len({row.anchor for row in TABLE}) == len(TABLE)
    for row in TABLE:
        place = f"docs/reference/thread-safety.toml:{row.line}"
        assert row.level in (*rows.LEVELS, None), place
        assert bool(row.source) or row.level is None, f"{place}: a level without its source"
        assert bool(row.source) or not row.says, f"{place}: words without their source"
        assert row.advice.endswith((".", "`")), f"{place}: {row.advice}"
        assert bool(row.library) or not row.unrun, f"{place}: the standard library runs"


def test_a_result_holds_for_its_row_and_for_what_its_module_imports():
    first, second, *_ = TABLE
    assert first.digest != second.digest
    files = {path.name for path in inputs.read(first.block)}
    assert {f"{first.area}_rows.py", "stress.py", "reader.py"} <= files
