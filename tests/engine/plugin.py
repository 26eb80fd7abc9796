"""Pytest plugin: run each block of a page as a reader would, and compare what it prints.

pytest-codeblocks finds the blocks. It would run them inside pytest, without a deadline
and with `__name__` set to "builtins", so this replaces only the running.
"""

import difflib
import os
import signal
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_codeblocks import extract_from_file, plugin

from engine import ROOT, evidence, fences, internet, interpreters, outputs, reader

RED, GREEN, PLAIN = "\033[31m", "\033[32m", "\033[0m"


def pytest_addoption(parser):
    group = parser.getgroup("pages")
    group.addoption("--python", default=sys.executable, help="the CPython that runs the blocks")
    group.addoption("--live", action="store_true", help="let blocks reach the real internet")
    group.addoption("--deadline", type=float, default=30, help="seconds a block may take")
    group.addoption("--outputs", action="store_true", help="write what blocks print into the pages")
    group.addoption(
        "--exactly", action="store_true", help="run on --python or not at all, and try every need"
    )


def pytest_configure(config):
    # A shell starts background jobs with Ctrl-C ignored, and blocks would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(Guide(config), "guide")


class Guide:
    """One session: its interpreter, its internet, and the runs that are under way."""

    def __init__(self, config):
        self.config = config
        self.python = interpreters.examine(config.option.python)
        if self.python is None:
            raise pytest.UsageError(f"--python {config.option.python}: not a CPython that starts")
        # Blocks wait more than they compute, so there may be more of them than cores.
        self.pool = ThreadPoolExecutor(2 * (os.cpu_count() or 1), thread_name_prefix="page")
        self.internet = None
        self.items = []

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path, parent):
        collectors = yield
        if file_path.parent == ROOT / "docs" / "measured" and file_path.suffix == ".py":
            return [Notebook.from_parent(parent, path=file_path)]
        return [
            Page.from_parent(parent, path=file_path) if isinstance(c, plugin.MarkdownFile) else c
            for c in collectors
        ]

    def pytest_collection_finish(self, session):
        self.items = [item for item in session.items if isinstance(item, Block)]
        if session.config.option.collectonly or not self.items:
            return
        if any(item.needs for item in self.items):
            interpreters.found()  # once, before many threads ask for it
        live = session.config.option.live
        self.internet = internet.RealInternet() if live else internet.Internet()
        for item in self.items:
            item.run = self.pool.submit(item.start, self)

    def pytest_sessionfinish(self):
        self.pool.shutdown(wait=False, cancel_futures=True)
        reader.stop_all()
        self.pool.shutdown()
        if self.internet:
            self.internet.close()
        self.rewritten = [item for item in self.items if item.stale]
        if self.config.option.outputs:
            _write_outputs(self.rewritten)
        elif not self.config.option.live:
            self._record()

    def _record(self):
        """Leave the evidence of what ran, for the site to show."""
        for python in {item.python for item in self.items if item.python}:
            items = [item for item in self.items if item.python == python and item.outcome]
            evidence.record(python, {evidence.digest(item.block): item.result for item in items})

    def pytest_terminal_summary(self, terminalreporter):
        if not self.items:
            return
        ran = [item for item in self.items if item.outcome in {"passed", "failed"}]
        silent = sum(not item.printed for item in ran)
        compared = sum(bool(item.printed and item.shown is not None) for item in ran)
        terminalreporter.write_line(
            f"{len(ran)} of {len(self.items)} blocks and programs ran on CPython "
            f"{self.python.version}{'t' * self.python.free_threaded}, "
            f"{len(self.items) - len(ran)} did not; "
            f"{compared} outputs compared, {silent} print nothing, "
            f"{len(ran) - compared - silent} uncompared"
        )
        for item in self.rewritten:
            terminalreporter.write_line(f"  {item.place}: output rewritten")
        others = Counter(item.python.name for item in ran if item.python != self.python)
        if others:
            names = ", ".join(f"{count} on {name}" for name, count in sorted(others.items()))
            terminalreporter.write_line(f"  of these, for what they need: {names}")


class Page(plugin.MarkdownFile):
    """A page: its grammar, then its blocks, then its programs."""

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
        yield from (Block.from_parent(self, block=block) for block in blocks)


class Notebook(pytest.File):
    """A notebook: the programs that it measures with. MkDocs runs the notebook itself."""

    def collect(self):
        text = self.path.read_text("utf-8")
        yield Grammar.from_parent(self, name="fences", errors=fences.notebook_errors(text))
        for block in fences.measurements(text):
            yield Measurement.from_parent(self, block=block)


class Wrong(Exception):
    """What a page says does not hold."""

    def __str__(self):
        return "\n".join(self.args)


class Check(pytest.Item):
    """Something that must hold at one place of a page."""

    def __init__(self, *, line=1, **options):
        super().__init__(**options)
        self.line = line

    @property
    def place(self):
        return place(self.path, self.line)

    def reportinfo(self):
        return self.path, self.line - 1, self.place

    def repr_failure(self, excinfo):
        return str(excinfo.value) if excinfo.errisinstance(Wrong) else super().repr_failure(excinfo)


class Grammar(Check):
    """The fences of a page follow the grammar."""

    def __init__(self, *, errors, **options):
        super().__init__(**options)
        self.errors = errors

    def runtest(self):
        if self.errors:
            raise Wrong(*(f"{place(self.path, line)}: {text}" for line, text in self.errors))


class Block(Check):
    """One block or program of a page: it runs, and prints what the page shows."""

    def __init__(self, *, block, **options):
        super().__init__(name=f"line {block.line}", line=block.line, **options)
        self.block = block
        self.program = block.program
        self.shown = block.shown
        self.needs = block.needs
        self.printed = self.python = self.outcome = self.reason = None
        self.stale = False

    @property
    def result(self):
        """What the evidence says of the run."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "output": self.printed,
        }

    @property
    def applies(self):
        """Whether the interpreter that was chosen has what the block needs."""
        return self.python is not None and all(map(self.python.offers, self.needs))

    @property
    def deadline(self):
        return self.config.option.deadline

    def start(self, guide):
        """Run the block on the session's interpreter, or on one that has what it needs."""
        self.python = guide.python
        if not guide.config.option.exactly:
            self.python = interpreters.choose(self.needs, guide.python)
        elif any(not self.python.offers(need) for need in self.needs if not need[0].isdigit()):
            return None
        if self.python is None:
            return None
        return reader.run(
            self.program or _short(self.path),
            self.python.program,
            # Blank lines in front give the block the line numbers of its page.
            code=None if self.program else "\n" * self.block.line + self.block.code,
            language="python" if self.program else self.block.info,
            deadline=self.deadline if self.applies else self.deadline / 3,
            environment=guide.internet.environment,
        )

    def runtest(self):
        run = self.run.result()
        try:
            if run:
                self.outcome = "failed"
                self.printed = outputs.fold(run.output)
                self._check_end(run)
                self._check_output()
                self.outcome = "passed"
        except Wrong:
            if self.applies:
                raise
        if not self.applies:
            self._check_need()

    def _check_need(self):
        """Skip a block that needs another CPython, unless it ran on this one all the same."""
        needs = " and ".join(self.needs)
        if self.outcome == "passed":
            self.outcome = "failed"
            raise Wrong(
                f"{self.place}: needs {needs}, says its mark, but runs on {self.python.name}"
            )
        self.outcome, self.reason, self.printed = "not applicable", f"needs {needs}", None
        names = ", ".join(i.name for i in interpreters.found())
        pytest.skip(
            f"{self.place} needs {needs}; "
            + (f"this is {self.python.name}" if self.python else f"found only {names}")
        )

    def _check_end(self, run):
        if not run.in_time:
            raise Wrong(f"{self.place}: not done after {self.deadline:g} seconds", run.output)
        declared = set(self.block.marks.get("raises", ()))
        raised = outputs.raised(run.output)
        if raised - declared or run.returncode not in ({0, 1} if declared else {0}):
            raise Wrong(f"{self.place}: ended with status {run.returncode}", run.output)
        if declared - raised:
            raise Wrong(f"{self.place}: {declared - raised} was not raised", run.output)

    def _check_output(self):
        any_order = self.block.marks.get("any_order")
        rule = outputs.Rule(
            None if any_order is None else (any_order or [".*"])[0],
            tuple(self.block.marks.get("varies", ())),
        )
        if rule.same(self.shown or "", self.printed):
            return
        if self.config.option.outputs:
            self.stale = True
        elif self.shown is None:
            raise Wrong(
                f"{self.place}: prints, but its page shows no output (`make outputs` adds it)",
                self.printed,
            )
        else:
            raise Wrong(f"{self.place}: prints something else than its page shows", self._diff())

    def _diff(self):
        color = self.config.get_terminal_writer().hasmarkup
        lines = difflib.ndiff(self.shown.splitlines(), self.printed.splitlines())
        shades = {"-": RED, "+": GREEN} if color else {}
        return "\n".join(
            f"{shades.get(line[0], '')}  {line}{PLAIN if line[0] in shades else ''}"
            for line in lines
            if line[0] != "?"
        )


class Measurement(Block):
    """A program that measures: it runs to its end, and what it prints differs each time."""

    @property
    def deadline(self):
        return 4 * super().deadline  # others run beside it here

    def _check_output(self):
        self.printed = None


def place(path, line):
    """Return "page:line", the page as seen from the repository."""
    return f"{_short(path)}:{line}"


def _short(path):
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _write_outputs(items):
    """Put each new output under its block, or into the file that the page includes.

    From the last block of a page up, so that the lines of those above stay as they are.
    """
    for item in sorted(items, key=lambda item: -item.block.line):
        output = item.printed
        if item.program:
            out = (ROOT / item.program).with_suffix(".out")
            out.write_text(output, "utf-8")
            output = f'--8<-- "{out.relative_to(ROOT)}"\n'
        text = item.path.read_text("utf-8")
        new = outputs.with_output(text, item.block, output)
        if new != text:
            item.path.write_text(new, "utf-8")
