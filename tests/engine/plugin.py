"""Pytest plugin: run each block of a page as a reader would, and compare what it prints.

pytest-codeblocks finds the blocks. It would run them inside pytest, without a deadline
and with `__name__` set to "builtins", so this replaces only the running.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from pytest_codeblocks import extract_from_file, plugin

from engine import ROOT, builds, environments, evidence, fences, internet, outputs, reader, rows
from engine.items import Block, Grammar, Stressed, place


def pytest_addoption(parser):
    group = parser.getgroup("pages")
    group.addoption(
        "--builds",
        default="own",
        help="where blocks run: own (each on this Python, or on one that has what it needs), "
        "all, or names and programs with commas",
    )
    group.addoption("--again", action="store_true", help="run what has run unchanged, too")
    group.addoption("--live", action="store_true", help="let blocks reach the real internet")
    group.addoption("--deadline", type=float, default=30, help="seconds a block may take")
    group.addoption("--outputs", action="store_true", help="write what blocks print into the pages")


def pytest_configure(config):
    reader.let_ctrl_c_through()
    try:
        config.pluginmanager.register(Guide(config), "guide")
    except builds.NoBuild as error:
        raise pytest.UsageError(f"--builds: {error}") from None


class Guide:
    """One session: its builds, its internet, and the runs that are under way."""

    def __init__(self, config):
        self.config = config
        self.exactly = config.option.builds != "own"
        self.builds = builds.chosen(config.option.builds)
        # Blocks wait more than they compute, so there may be more of them than cores.
        self.pool = ThreadPoolExecutor(4 * (os.cpu_count() or 1), thread_name_prefix="page")
        self.internet = None
        self.items = []
        self.rewritten = []

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path, parent):
        collectors = yield
        if file_path.parent == ROOT / "docs" / "measured" and file_path.suffix == ".py":
            return [Notebook.from_parent(parent, path=file_path)]
        if file_path == rows.TABLE:
            if self.config.option.outputs or self.config.option.live:
                return []  # neither changes what a row does
            return [Table.from_parent(parent, path=file_path, guide=self)]
        return [
            Page.from_parent(parent, path=file_path, guide=self)
            if isinstance(c, plugin.MarkdownFile)
            else c
            for c in collectors
        ]

    def builds_for(self, block):
        """Return the builds of a block: those asked for, or the one that has what it needs."""
        return self.builds if self.exactly else [builds.suitable(block.needs, self.builds[0])]

    def pytest_collection_finish(self, session):
        self.items = [item for item in session.items if isinstance(item, Block)]
        if session.config.option.collectonly or not self.items:
            return
        wanted = {item.build.name: item.build for item in self.items if item.build}
        try:
            with ThreadPoolExecutor() as pool:
                made = dict(zip(wanted, pool.map(environments.of, wanted.values()), strict=True))
        except environments.NotMade as error:
            raise pytest.UsageError(f"uv makes no environment for the blocks:\n{error}") from None
        option = session.config.option
        fresh = option.again or option.live or option.outputs
        known = {name: {} if fresh else evidence.results(build) for name, build in made.items()}
        self.internet = internet.RealInternet() if option.live else internet.Internet()
        for item in sorted(self.items, key=lambda item: item.turn):
            if item.build:
                item.build = made[item.build.name]
                item.recall(known[item.build.name])
            if item.outcome is None:
                item.run = self.pool.submit(item.start, self.internet)

    def pytest_sessionfinish(self):
        self.pool.shutdown(wait=False, cancel_futures=True)
        reader.stop_all()
        self.pool.shutdown()
        if self.internet:
            self.internet.close()
        stale = [item for item in self.items if item.stale]
        # Of a block that ran on several builds, the first one counts: what is written moves lines.
        self.rewritten = list({item.place: item for item in reversed(stale)}.values())
        if self.config.option.outputs:
            _write_outputs(self.rewritten)
        elif not self.config.option.live:
            self._record()

    def _record(self):
        """Leave the evidence of what ran, for the site to show."""
        new = [item for item in self.items if item.build and item.outcome and not item.recalled]
        for build in {item.build.name: item.build for item in new}.values():
            here = [item for item in new if item.build.name == build.name]
            evidence.record(build, {item.digest: item.result for item in here})

    def pytest_terminal_summary(self, terminalreporter):
        stressed = [item for item in self.items if isinstance(item, Stressed)]
        items = [item for item in self.items if item not in stressed]
        if stressed:
            terminalreporter.write_line(
                f"{len({item.row for item in stressed})} rows of the thread-safety table, in "
                f"{len(stressed)} runs; {sum(item.recalled for item in stressed)} unchanged "
                "since they ran"
            )
        if not items:
            return
        ran = [item for item in items if item.outcome == "passed"]
        failed = {(item.path, item.line) for item in items if item.outcome == "failed"}
        silent = sum(not item.printed for item in ran)
        compared = sum(bool(item.printed and item.shown is not None) for item in ran)
        blocks = {(item.path, item.line) for item in items}
        terminalreporter.write_line(
            f"{len({(item.path, item.line) for item in ran})} of {len(blocks)} blocks and programs "
            f"ran, in {len(ran)} runs: {compared} outputs compared, {silent} print nothing, "
            f"{len(ran) - compared - silent} uncompared; "
            f"{sum(item.recalled for item in ran)} unchanged since they ran"
            f"{f'; {len(failed)} failed' if failed else ''}"
        )
        names = Counter(item.build.name for item in ran)
        for name in filter(names.get, builds.WANTED):
            terminalreporter.write_line(f"  CPython {name}: {names[name]}")
        for reason, count in sorted(Counter(i.reason for i in items if i.reason).items()):
            terminalreporter.write_line(f"  does not apply, {reason}: {count}")
        if self.exactly and (missing := [n for n in builds.WANTED if n not in names]):
            terminalreporter.write_line(f"  not run on {', '.join(missing)}")
        for item in self.rewritten:
            terminalreporter.write_line(f"  {item.place}: output rewritten")


class Page(plugin.MarkdownFile):
    """A page: its grammar, then its blocks and programs, each on every build of the session."""

    def __init__(self, *, guide, **options):
        super().__init__(**options)
        self.guide = guide

    def collect(self):
        text = self.path.read_text("utf-8")
        found = fences.errors(text)
        yield Grammar.from_parent(self, name="fences", errors=found)
        if found:
            return
        blocks = fences.blocks(text)
        found = {b.lineno for b in extract_from_file(self.path) if b.syntax in fences.RUNS}
        if missed := found ^ {block.line for block in blocks if block.runs}:
            raise self.CollectError(f"{place(self.path, min(missed))}: not found as a block")
        for block in blocks:
            for build in self.guide.builds_for(block):
                yield Block.from_parent(self, block=block, build=build)


class Table(pytest.File):
    """The thread-safety table: each row on every build of the session."""

    def __init__(self, *, guide, **options):
        super().__init__(**options)
        self.guide = guide

    def collect(self):
        each = product(filter(lambda row: row.program, rows.table()), self.guide.builds)
        found = [Stressed.from_parent(self, row=row, build=build) for row, build in each]
        return sorted(found, key=lambda item: item.turn)  # as they run, so that dots come steadily


class Notebook(pytest.File):
    """A notebook: its Markdown. MkDocs runs the notebook, and with it what it measures."""

    def collect(self):
        text = self.path.read_text("utf-8")
        yield Grammar.from_parent(self, name="fences", errors=fences.notebook_errors(text))


def _write_outputs(items):
    """Put each new output under its block, or into the file that the page includes.

    From the last block of a page up, so that the lines of those above stay as they are.
    """
    for item in sorted(items, key=lambda item: -item.block.line):
        output = item.printed
        if item.block.program:
            out = (ROOT / item.block.program).with_suffix(".out")
            out.write_text(output, "utf-8")
            output = f'--8<-- "{out.relative_to(ROOT)}"\n'
        text = item.path.read_text("utf-8")
        new = outputs.with_output(text, item.block, output)
        if new != text:
            item.path.write_text(new, "utf-8")
