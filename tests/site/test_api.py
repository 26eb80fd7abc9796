"""The map of the API: its table has what each build has, and a block runs each name."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

import api
import show_evidence
import uses
import variables
from built import ROOT, SITE, soup
from engine import builds

PROBE = ROOT / "tests/site/api_probe.py"
PAGE = SITE / "reference/api/index.html"
TABLE = api.table()


def minor(version):
    return int(version.partition(".")[2].rstrip("t"))


@cache
def answers():
    """Return {build: what it says of the names of the table}."""
    names = []
    for name in TABLE.values():
        owner = TABLE.get(name.full.rpartition(".")[0])
        member = name.full.rpartition(".")[2] if owner and name.code == name.full else None
        names.append([name.full, owner.code if member else name.code, member])
    asked = {"modules": [m.name for m in api.modules() if m.whole], "names": names}

    def ask(build):
        command = [build.program, PROBE]
        answer = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True)
        assert answer.returncode == 0, f"CPython {build.name}: {answer.stderr}"
        return build.name, json.loads(answer.stdout)

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(ask, builds.found()))


@pytest.mark.parametrize("build", [build.name for build in builds.found()])
def test_each_build_has_the_names_that_the_table_says_and_no_others(build):
    said = {name for name, entry in TABLE.items() if minor(entry.since or "3.6") <= minor(build)}
    there = set(answers()[build]["there"])
    assert (sorted(said - there), sorted(there - said)) == ([], []), "gone, newer than it says"


@pytest.mark.parametrize("build", [build.name for build in builds.found()])
def test_the_table_has_every_public_name_of_each_build(build):
    answer = answers()[build]
    left_out = set().union(*(module.left_out for module in api.modules()))
    whole = [module.name for module in api.modules() if module.whole]
    public = {f"{module}.{n}" for module in whole for n in answer["public"][module]}
    owners = {
        full: names
        for full, names in answer["members"].items()
        if TABLE[full].module in whole and full.rpartition(".")[0] not in TABLE
    }
    members = {
        f"{full}.{n}"
        for full, ns in owners.items()
        for n in ns
        if not variables.lookup(full, n, TABLE)
    }
    assert len(public) > 80
    assert len(owners) > 40
    assert sorted((public | members) - set(TABLE) - left_out) == []


def test_nothing_is_left_out_that_no_build_has():
    left_out = set().union(*(module.left_out for module in api.modules()))
    there = {
        name
        for answer in answers().values()
        for module, names in (answer["public"] | answer["members"]).items()
        for name in [f"{module}.{n}" for n in names]
    }
    assert left_out
    assert left_out - there == set()


def test_a_block_runs_each_name_that_a_recorded_build_has():
    newest = max(minor(build["build"]["name"]) for build in show_evidence.builds())
    shown = api.blocks(ROOT / "docs")
    wanted = {n for n, e in TABLE.items() if not e.hidden and minor(e.since or "3.6") <= newest}
    assert sorted(wanted - set(shown)) == []


def test_the_page_has_a_row_and_a_link_for_each_name():
    links = {row["id"]: row.select_one("th a") for row in soup(PAGE).select(".api tr[id]")}
    assert set(links) == {name.full for name in TABLE.values() if not name.hidden}
    assert [name for name, link in links.items() if not link] == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import threading as t\nt.Thread(target=print).start()", "threading.Thread.start"),
        ("from queue import Queue\ndef f(q): q.get()\nf(Queue())", "queue.Queue.get"),
        (
            "from concurrent.futures import ThreadPoolExecutor as P\n"
            "with P() as pool:\n  found = {pool.submit(n): n for n in ()}\n"
            "for future in found:\n  future.result()",
            "concurrent.futures.Future.result",
        ),
        (
            "from threading import Lock\nclass A:\n  def __init__(self):\n    self.a = Lock()\n"
            "  def f(self):\n    with self.a: pass",
            "threading.Lock.__enter__",
        ),
        (
            "import threading\nprogram = '''import threading\nthreading.local()'''",
            "threading.local",
        ),
    ],
)
def test_a_use_is_found_by_the_class_of_the_variable(code, name):
    assert name in uses.names(code, TABLE)


@pytest.mark.parametrize(
    "code",
    [
        "from threading import Thread",  # an import is no use
        "', '.join(['a'])",
        "import os\nos.path.join('a')",
        "class Thread:\n  def join(self): pass\nThread().join()",
        "# threading.Thread().join()",
        "import threading\n'threading.Thread'",
    ],
)
def test_what_only_looks_like_a_use_is_none(code):
    assert {name for name in uses.names(code, TABLE) if "Thread" in name} == set()
