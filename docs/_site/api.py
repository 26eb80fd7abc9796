"""The public names of the modules for threads: one table, and the block that runs each.

api.txt has the table. A line "== MODULE" begins a module; with an ellipsis behind it, the
table names only what matters for threads. Any other line is

    NAME [@CODE] [<BASE] [>RESULT] [VERSION] [~VERSION] | what it is

NAME is a name of the module, or a member of one; a member stands only with the class that
has it first. @CODE is what has the members where NAME itself has none, such as a function
that makes the object. <BASE is a class of the table that NAME inherits from, >RESULT the
class of what a call returns, in brackets if there are several. VERSION is the first that
has it, if that is newer than 3.6, and ~VERSION the first that calls it deprecated. A line
that begins with "- " has the public names that are left out, and why.
"""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from mkdocs.exceptions import PluginError

import show_evidence
import uses
from engine import ROOT, fences

TABLE = Path(__file__).with_name("api.txt")
BREAK = re.compile(r"(?<=[a-z])_(?=[a-z])|(?<=\.)|(?<=[a-z])(?=[A-Z])")  # in a name
WORDS = re.compile(
    r"(?P<name>[\w.]+)(?P<hidden> -)?(?: @(?P<code>\S+))?"
    r"(?: <(?P<base>[\w.]+))?(?: >(?P<result>[\w.\[\]]+))?"
    r"(?: (?P<since>3\.\d+))?(?: ~(?P<old>3\.\d+))?"
)

HOMES = {  # where a reader looks first
    "threading": ("guide/threading.md", "guide/locks.md"),
    "queue": ("guide/locks.md",),
    "concurrent.futures": ("guide/pools.md",),
    "contextvars": ("guide/threading.md",),
    "asyncio": ("guide/when-to-use.md", "recipes/asyncio.md"),
    "multiprocessing": ("guide/when-to-use.md", "recipes/processes.md"),
}


class NoModule(PluginError):
    """A page asks for a module that the table lacks; the message has its page and line."""


@dataclass
class Name:
    """One line of the table; names are full ones: threading.Thread.join."""

    module: str
    short: str
    text: str
    code: str | None = None
    base: str | None = None
    result: str | None = None
    since: str | None = None
    old: str | None = None
    hidden: bool = False  # has members, but is no name of the module

    @property
    def full(self):
        return f"{self.module}.{self.short}"


@dataclass
class Module:
    """A module of the table; `whole` if the table has all of its public names."""

    name: str
    whole: bool
    names: list[Name]
    left_out: set[str]


@cache
def modules():
    """Return the Modules of the table, in its order."""
    found = []
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        head, _, text = line.partition(" | ")
        if line.startswith("== "):
            found.append(Module(line.split()[1], not line.endswith("…"), [], set()))
        elif line.startswith("- "):
            found[-1].left_out |= {f"{found[-1].name}.{name}" for name in head[2:].split()}
        elif line and not line.startswith("#"):
            match = WORDS.fullmatch(head)
            if not match or not text:
                raise ValueError(f"{TABLE.name}:{number}: not a line of the table: {line}")
            found[-1].names.append(_name(found[-1].name, match.groupdict(), text))
    for module in found:
        for name in module.names:
            name.base = name.base and _full(name.base, module.name, found)
            several = name.result and name.result.startswith("[")
            result = name.result and _full(name.result.strip("[]"), module.name, found)
            name.result = f"[{result}]" if several else result
    return found


def _name(module, parts, text):
    return Name(
        module,
        parts["name"],
        text,
        parts["code"] or f"{module}.{parts['name']}",
        parts["base"],
        parts["result"],
        parts["since"],
        parts["old"],
        bool(parts["hidden"]),
    )


def _full(word, module, found):
    """Return the full name of a word in a line: of the same module, or full already."""
    near = f"{module}.{word}"
    known = {name.full for other in found for name in other.names}
    return near if near in known else word


@cache
def table():
    """Return {full name: Name}."""
    return {name.full: name for module in modules() for name in module.names}


def blocks(docs):
    """Return {full name: (page, block)}: the block that shows each name best.

    Only a block that has passed on some build counts.
    """
    found = {}
    for order, (page, block, heading) in enumerate(_passed(docs)):
        ran = uses.names(_code(block), table())
        for full in ran:
            place = (*_distance(table()[full], page, heading), len(ran), order)
            found[full] = min(found.get(full, (place, page, block)), (place, page, block))
    return {full: (page, block) for full, (_, page, block) in found.items()}


def _distance(name, page, heading):
    """Say how far a section is from being about a name: the less, the better."""
    *owner, last = name.short.replace(".__enter__", "").split(".")
    words = re.findall(r"[\w-]+", heading)
    in_code = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", heading)))
    wanted = [last] if not owner else [w for w in owner if w in words] or [""]
    about = min((words.index(w) for w in wanted if w in words), default=99)
    return (
        page.startswith("errors/") or "Error" in heading,  # shows what goes wrong with it
        page not in HOMES.get(name.module, ()),
        last not in in_code,
        about,
        not page.startswith("guide/"),
    )


def _code(block):
    if block.program:
        return Path(ROOT, block.program).read_text("utf-8")
    return block.code


def _passed(docs):
    headings = {}
    for page, block in show_evidence.page_blocks(Path(docs)):
        if page not in headings:
            _, prose = fences.split(Path(docs, page).read_text("utf-8"))
            headings[page] = [(n, line) for n, line in prose if re.match("#+ ", line)]
        outcomes = {result["outcome"] for result in show_evidence.results(block).values()}
        if "passed" in outcomes:
            yield page, block, [line for n, line in headings[page] if n < block.line][-1]


def made(request):
    """Return the table of one module, or how many names there are, as one line of HTML."""
    shown = _shown(request.config.docs_dir)
    if request.which == "counts":
        listed = [name for name in table().values() if not name.hidden]
        linked = sum(name.full in shown for name in listed)
        return f"<p>{len(listed)} names; a block runs {linked} of them.</p>"
    known = {module.name.replace(".", "-"): module for module in modules()}
    if request.which not in known:
        raise NoModule(f"{request.place}: no module {request.which}; there are {', '.join(known)}")
    module = known[request.which]
    body = "".join(_row(name, shown, request) for name in module.names if not name.hidden)
    return (
        '<div class="api"><table><thead><tr><th scope="col">Name</th><th scope="col">Since</th>'
        f'<th scope="col">What it is</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


@cache
def _shown(docs):
    return blocks(docs)


def _row(name, shown, request):
    words = BREAK.sub(lambda match: f"{match[0]}<wbr>", escape(name.short))
    if name.short.endswith(".__enter__"):
        words = f"with {escape(name.short.removesuffix('.__enter__'))}"
    label = f"<code>{words}</code>"
    if name.full in shown:
        page, block = shown[name.full]
        there = request.files.get_file_from_path(page)
        href = there.url_relative_to(request.page.file) + f"#at-{show_evidence.anchor(block)}"
        label = f'<a href="{href}">{label}</a>'
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(name.text, quote=False))
    if name.old:
        text += f'; <span class="need">deprecated since {name.old}</span>'
    return (
        f'<tr id="{name.full}"><th scope="row">{label}</th><td>{name.since or ""}</td>'
        f"<td>{text}</td></tr>"
    )
