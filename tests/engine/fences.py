"""The grammar of a page: every fence runs, or is visibly not meant to.

pytest-codeblocks passes over a fence with an attribute, a misspelt mark or an output
that belongs to nothing, without a word. Here each of them is an error with its line.
"""

import ast
import re
from dataclasses import dataclass, field

from engine import ROOT
from engine.builds import PACKAGES

# How many arguments each mark has, at least and at most; see .github/CONTRIBUTING.md.
MARKS = {
    "any_order": (0, 1),
    "differs": (0, 0),
    "needs": (1, 9),
    "raises": (1, 9),
    "varies": (1, 9),
}
NEEDS = (r"3\.\d+", "compiler", "free-threaded", "gil", "linux", "posix", *PACKAGES)
NEED = re.compile("|".join(NEEDS))
RUNS = {"python", "sh"}
READ = {"console", "toml", "ini", "yaml"}
PROGRAM = re.compile(r'python title="(?P<path>examples/[\w/-]+\.py)"')
INCLUDE = re.compile(r'--8<-- "(?P<path>[^"]+)"')
SNIPPET = re.compile(r"-+8<-+")
TYPED = re.compile(r"\s*([$>#]|$)|\s{2,}")  # what a console fence holds: commands, no outputs
OUTPUT = "pytest-codeblocks:expected-output"
COMMENT = re.compile(r"^\s*<!--(?P<text>.*)-->\s*$")
ASKED = re.compile(r"asked: \S.*")  # how people ask for a section, for the search
CONTAINER = re.compile(r"^ *(?:!!!|\?\?\?\+?|===|[-*+] |\d+\. |\[\^[^]]+\]:)")


@dataclass
class Fence:
    """One fence: where it stands, its info string, the lines inside, and what belongs to it."""

    line: int
    indent: str
    ticks: str
    info: str
    inside: list[str] = field(default_factory=list)
    end: int = 0
    closing: str = ""
    first: int = 0  # the line of its first mark, or its own
    marks: dict[str, list] = field(default_factory=dict)
    output: "Fence | None" = None

    @property
    def runs(self):
        return self.info in RUNS

    @property
    def program(self):
        """The path of the program that the fence includes, or None."""
        match = PROGRAM.fullmatch(self.info)
        return match and match["path"]

    @property
    def code(self):
        lines = (x.removeprefix(self.indent) if x.strip() else x.strip() for x in self.inside)
        return "".join(f"{line}\n" for line in lines)

    @property
    def shown(self):
        """The output that the page shows, an include of a file resolved, or None."""
        include = self.output and INCLUDE.fullmatch(self.output.code.strip())
        return (
            (ROOT / include["path"]).read_text("utf-8")
            if include
            else (self.output and self.output.code)
        )

    @property
    def needs(self):
        """What it needs of the interpreter; the shell needs a system that has one."""
        asked = self.marks.get("needs", [])
        return asked + ["posix"] * (self.info == "sh" and "linux" not in asked)


def split(text):
    """Return the fences of a page, and its other lines as (number, line)."""
    fences, prose, fence, closing = [], [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        opening = re.match(r"^([ >\t]*)(`{3,}|~{3,})(.*)$", line)
        if fence is None and opening:
            fence = Fence(number, opening[1], opening[2], opening[3].rstrip(), first=number)
            closing = re.compile(rf"^[ >\t]*{opening[2]}[`~]*\s*$")
            if opening[2][0] == "~" or ">" in opening[1]:
                fence.info = line.strip()
        elif fence is not None and closing.match(line):
            fence.end, fence.closing = number, line.rstrip()
            fences.append(fence)
            fence = None
        elif fence is not None:
            fence.inside.append(line)
        else:
            prose.append((number, line))
    if fence is not None:
        fences.append(fence)
    return fences, prose


def blocks(text):
    """Return what runs of a page, blocks and programs, each with its marks and its output."""
    fences, prose = split(text)
    for _ in _comment_errors(fences, prose):
        pass
    return [fence for fence in fences if fence.runs or fence.program]


def programs(path):
    """Return the path of every program that the page shows."""
    return [f.program for f in split(path.read_text("utf-8"))[0] if f.program]


def included(path, line=1):
    """Return the block that shows and runs the program `path`."""
    return Fence(line, "", "", f'python title="{path}"')


def measurements(text):
    """Return the programs that a notebook measures with, each as a block."""
    return _called(text, r'\bmeasuring\.measured\("([^"]+)"')


def shown(text):
    """Return the programs that a notebook shows, each as a block."""
    return _called(text, r'^figures\.program\("([^"]+)"\)')


def _called(text, call):
    found = re.finditer(call, text, re.MULTILINE)
    return [included(f"examples/{c[1]}", text[: c.start()].count("\n") + 1) for c in found]


def markdown(text):
    """Return the Markdown cells of a notebook, each line where it stands in the file."""
    lines, is_markdown = [], False
    for line in text.splitlines():
        if line.startswith("# %%"):
            is_markdown = line.startswith("# %% [markdown]")
            line = "#"
        lines.append(re.sub("^# ?", "", line) if is_markdown else "")
    return "\n".join(lines)


def notebook_errors(text):
    """Return (line, message) for what a notebook's Markdown shows and nothing runs."""
    cells = markdown(text)
    runs = [fence.line for fence in split(cells)[0] if fence.info not in READ]
    return errors(cells) + [(line, "nothing runs a notebook's fence") for line in runs]


def errors(text):
    """Return (line, message) for everything on a page that would run unseen, or not run."""
    fences, prose = split(text)
    found = [error for fence in fences for error in _fence_errors(fence)]
    found += _comment_errors(fences, prose)
    found += _indented_code(text, fences)
    for number, line in prose:
        if re.search(r"<pre\b", line, re.IGNORECASE):
            found.append((number, "a <pre> does not run: use a fence"))
        if SNIPPET.search(line):
            found.append((number, "an include stands in a fence"))
    return sorted(found)


def _fence_errors(fence):
    if not fence.end:
        yield fence.line, "this fence is never closed"
    elif fence.closing != fence.indent + fence.ticks:
        yield fence.end, "a fence closes with the indent and the ticks that it opens with"
    for number, line in enumerate(fence.inside, fence.line + 1):
        if line.strip() and not line.startswith(fence.indent):
            yield number, "less indented than its fence, which ends it"
    includes = [INCLUDE.fullmatch(x.strip()) for x in fence.inside if SNIPPET.search(x)]
    for include in includes:
        if include is None or not (ROOT / include["path"]).is_file():
            path = include["path"] if include else fence.inside
            yield fence.line, f"the included file {path} does not exist"
    if fence.program:
        if fence.inside != [f'--8<-- "{fence.program}"']:
            yield fence.line, f'must contain only: --8<-- "{fence.program}"'
    elif fence.info not in RUNS | READ | {"text"}:
        yield (
            fence.line,
            (
                f"```{fence.info} would not run: write a bare ```python or ```sh, a program as "
                '```python title="examples/…", or ```console for what is only read'
            ),
        )
    elif fence.runs and includes:
        yield fence.line, 'show a file as ```python title="examples/…"'
    elif fence.info == "console":
        for number, line in enumerate(fence.inside, fence.line + 1):
            if not TYPED.match(line):
                yield number, "a console fence shows commands, after $: nothing compares an output"


def _comment_errors(fences, prose):
    """Give each block its marks and its output; yield (line, message) for those that have none."""
    starts = {fence.line: fence for fence in fences}
    ends = {fence.end: fence for fence in fences}
    blank = {number for number, line in prose if not line.strip()}
    headings = {number for number, line in prose if line.startswith("#")}
    comments = {n: m["text"].strip() for n, line in prose if (m := COMMENT.match(line))}

    def beyond(number, step, passing):
        number += step
        while number in passing:
            number += step
        return number

    compared = set()
    for number, line in prose:
        if "<!--" in line and number not in comments:
            yield number, "a comment stands alone on one line"
    for number, text in comments.items():
        after = starts.get(beyond(number, 1, blank | set(comments)))
        if text == OUTPUT:
            before = ends.get(beyond(number, -1, blank))
            if not before or not (before.runs or before.program):
                yield number, "an output needs its block directly above"
            if not after or after.info != "text":
                yield number, "an output is a ```text fence"
            else:
                compared.add(after.line)
                if before and before.output is None:
                    before.output = after
        elif ASKED.fullmatch(text):
            if number - 1 not in headings and not ASKED.fullmatch(comments.get(number - 1, "")):
                yield number, "what is asked stands directly below a heading"
        elif not (mark := re.fullmatch(r"pytest\.mark\.(\w+)(\(.*\))?", text)):
            yield number, f"unknown comment: <!--{text}-->"
        elif mark[1] not in MARKS:
            yield number, f"unknown mark {mark[1]!r}; there are {', '.join(sorted(MARKS))}"
        elif problem := _mark_error(mark[1], mark[2] or "()"):
            yield number, f"mark {mark[1]}: {problem}"
        elif not after or not (after.runs or after.program):
            yield number, "a mark stands directly before a block"
        else:
            after.first = min(after.first, number)
            after.marks.setdefault(mark[1], []).extend(_arguments(mark[2] or "()"))
    for fence in fences:
        if fence.info == "text" and fence.line not in compared:
            yield fence.line, f"nothing compares this output: put <!--{OUTPUT}--> above it"


def _arguments(text):
    return ast.literal_eval(f"[{text[1:-1]}]")


def _mark_error(name, arguments):
    """Say what is wrong with the arguments of a mark, or return None."""
    try:
        found = _arguments(arguments)
        fewest, most = MARKS[name]
        if not fewest <= len(found) <= most:
            return f"{len(found)} arguments instead of {fewest} to {most}"
        for argument in found:
            if name == "needs" and not NEED.fullmatch(argument):
                return f"unknown need {argument!r}"
            if name in {"any_order", "varies"}:
                re.compile(argument)
            if name == "varies" and not re.sub(argument, "", "one: 1\ntwo", flags=re.M).strip():
                return f"{argument!r} matches anything: say what may differ"
    except (ValueError, SyntaxError, TypeError, re.error) as error:
        return str(error)
    return None


def _indented_code(text, fences):
    """Find Markdown's other kind of code block, which nothing would run."""
    inside = {n for fence in fences for n in range(fence.line, fence.end + 1)}
    allowed, after_blank = [0], True
    for number, line in enumerate(text.expandtabs(4).splitlines(), 1):
        if not line.strip():
            after_blank = True
            continue
        indent = len(line) - len(line.lstrip())
        while indent < allowed[-1] and len(allowed) > 1:
            allowed.pop()
        if number not in inside:
            if after_blank and indent >= allowed[-1] + 4:
                yield number, "indented code does not run: use a fence"
            if CONTAINER.match(line):
                allowed.append(indent + 4)
        after_blank = False
