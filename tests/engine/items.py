"""What pytest checks of a page: its grammar, and each block on each build."""

import difflib
import json
import os
import threading
from dataclasses import replace

import pytest

from engine import ROOT, builds, evidence, outputs, reader

RED, GREEN, PLAIN = "\033[31m", "\033[32m", "\033[0m"


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
    """One block or program of a page on one build: it runs, and prints what the page shows."""

    turn = 0  # Blocks have deadlines, and rows keep the cores busy: these come last.

    def __init__(self, *, block, build, **options):
        on = f", {build.name}" if build else ""
        super().__init__(name=f"line {block.line}{on}", line=block.line, **options)
        self.block = block
        self.build = build
        self.shown = block.shown
        self.digest = evidence.digest(block)
        self.printed = self.outcome = self.reason = self.run = None
        self.stale = self.recalled = False

    def recall(self, known):
        """Take the result of an earlier run of the same text, unless it failed."""
        result = known.get(self.digest)
        if result and result["outcome"] != "failed":
            self.outcome, self.reason = result["outcome"], result["reason"]
            self.printed = result["output"]
            self.recalled = True

    @property
    def result(self):
        """What the evidence says of the run."""
        return {"outcome": self.outcome, "reason": self.reason, "output": self.printed}

    @property
    def applies(self):
        """Whether the build has what the block needs."""
        return self.build is not None and all(map(self.build.offers, self.block.needs))

    @property
    def deadline(self):
        return self.config.option.deadline

    def start(self, internet):
        """Run the block, even on a version that is too old, to see that its mark is true."""
        missing = [need for need in self.block.needs if self.build and not self.build.offers(need)]
        if self.build is None or any(not need[0].isdigit() for need in missing):
            return None
        return reader.run(
            self.block.program or _short(self.path),
            self.build.program,
            # Blank lines in front give the block the line numbers of its page.
            code=None if self.block.program else "\n" * self.block.line + self.block.code,
            language="python" if self.block.program else self.block.info,
            # What does not apply fails at once, or waits for what never comes.
            deadline=self.deadline if self.applies else self.deadline / 6,
            environment=internet.environment,
        )

    def runtest(self):
        if self.recalled:
            if self.reason:
                self._skip()
            return
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
        needs = " and ".join(self.block.needs)
        if self.outcome == "passed":
            self.outcome = "failed"
            raise Wrong(
                f"{self.place}: needs {needs}, says its mark, but runs on {self.build.name}"
            )
        self.outcome, self.reason, self.printed = "not applicable", f"needs {needs}", None
        self._skip()

    def _skip(self):
        """Skip a block that no build of this machine can run; on a named build it is a result."""
        if self.config.option.builds != "own":
            return
        found = ", ".join(build.name for build in builds.found())
        this = f"this is {self.build.name}" if self.build else f"found only {found}"
        pytest.skip(f"{self.place} {self.reason}; {this}")

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
        if self.config.option.outputs and self.applies:
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


class Stressed(Block):
    """One row of the thread-safety table on one build: whatever came of it is its result."""

    # A row computes on one core where there is a GIL, and never all the time; on several where
    # there is none, and beside too many others it sees fewer races.
    cores = os.cpu_count() or 1
    gil, free_threaded = threading.BoundedSemaphore(cores + 2), threading.BoundedSemaphore(cores)

    def __init__(self, *, row, build, **options):
        super().__init__(block=replace(row.block, line=row.line), build=build, **options)
        self.turn = 1 + build.free_threaded
        self.name, self.row, self.digest = f"{row.name}, {build.name}", row, row.digest

    def start(self, internet):
        with self.free_threaded if self.build.free_threaded else self.gil:
            return self.row.run(self.build.program)

    def runtest(self):
        if self.recalled:
            return
        result, printed = self.run.result()
        if result is None:
            self.outcome = "failed"
            raise Wrong(f"{self.place}: {self.row.program} {self.row.name} has no result", printed)
        if not self.row.fits(result, self.build):
            self.outcome = "failed"
            raise Wrong(f"{self.place}: {result}, with {self.row.library} or without it", printed)
        self.outcome, self.printed = "passed", json.dumps(result)


def place(path, line):
    """Return "page:line", the page as seen from the repository."""
    return f"{_short(path)}:{line}"


def _short(path):
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
