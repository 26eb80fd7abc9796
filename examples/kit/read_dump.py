"""Read the stacks of a Python program that hangs, and name the likely cause.

Reads dumps of faulthandler, py-spy (text and JSON), gdb's py-bt, asyncio's ps and pstree,
profiling.sampling, pystack, and tracebacks of sys._current_frames. All that it knows stands
in dump_rules.json beside it, which the page in the browser reads, too.

    python read_dump.py FILE           or: … | python read_dump.py
    python read_dump.py --json FILE    the same as data
    python read_dump.py --no-source …  do not look into the files that the dump names
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = json.loads(
    Path(__file__).with_name("dump_rules.json").read_text("utf-8")
)
LONGEST = 2000  # characters of a line that are looked at
MOST_SOURCE = 2_000_000  # bytes of a file that is looked into
MOST = 300  # different stacks that are compared with each other
Source = Callable[[str], list[str]]


@functools.cache
def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of the rules as Python writes it, with its short forms spelled out."""
    for short, long in RULES["short"].items():
        text = text.replace(short, long)
    return re.compile(
        text.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    )


@dataclass
class Frame:
    """One line of a stack."""

    file: str
    line: int
    function: str
    source: str = ""

    @functools.cached_property
    def path(self) -> str:
        """The file as the rules write it: queue.py, asyncio/tasks.py, @ and a name of your own."""
        path = self.file.replace("\\", "/")
        for part in RULES["library"]:
            short = pattern(part).sub("", path)
            if short != path:
                return short
        for part, folder in RULES["renamed"]:  # py-spy may leave the folder out
            if pattern(part).search(path):
                return f"{folder}{path}"
        known = pattern(RULES["known"]).search(path)
        return path if known else "@" + path.rpartition("/")[2]

    @property
    def key(self) -> str:
        """What the rules match: "path:function", and of your own code "#" and the line."""
        name = self.function if self.path == "?" else self.function.rpartition(".")[2]
        own = f"#{self.source}" if self.source and self.path.startswith("@") else ""
        return f"{self.path}:{name}{own}\n"

    @property
    def text(self) -> str:
        """The place as people write it."""
        if self.path == "?":
            return self.function
        return f"{self.file}:{self.line} in {self.function}"


@dataclass
class Thread:
    """A thread or an asyncio task of a dump, its frames with the most recent first."""

    id: str = ""
    name: str = ""
    state: str = ""
    order: str = ""
    frames: list[Frame] = field(default_factory=list)
    wait: dict[str, Any] = field(default_factory=dict)
    head: str = ""
    names: list[str] = field(default_factory=list)
    wants: list[str] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    known: bool = False  # the file of the lock that it wants is at hand

    @property
    def called(self) -> str:
        """Its name, or what else it is known by."""
        return self.name or f"thread {self.id}".strip()

    @property
    def stack(self) -> str:
        """What the rules match: a frame a line."""
        return "".join(frame.key for frame in self.frames)

    @property
    def at(self) -> Frame | None:
        """The frame of your own code that is nearest to where the thread stands."""
        own = (frame for frame in self.frames if frame.path.startswith("@"))
        return next(own, self.frames[0] if self.frames else None)


@dataclass
class Dump:
    """What a text holds: the last dump in it, and what surrounds it."""

    threads: list[Thread] = field(default_factory=list)
    format: str = ""
    before: list[list[Thread]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    cut: bool = False


def parse(text: str) -> Dump:
    """Return the dump in a text; one without threads if there is none."""
    dump = Dump()
    if re.match(r"\s*\[\s*\{", text):
        return _json(text, dump)
    thread: Thread | None = None
    call = heading = comma = inside = ""

    def begin(
        name: str = "", number: str = "", state: str = "", order: str = ""
    ) -> Thread:
        if number and any(number == other.id for other in dump.threads):
            dump.before.append(dump.threads)
            dump.threads = []
        begun = Thread(number, name, state.strip(), order)
        dump.threads.append(begun)
        return begun

    tree: list[tuple[int, Frame | None]] = []
    lines = text.splitlines()
    for line in lines:
        line = line[:LONGEST].rstrip()
        kind, found = _kind(line, dump.format)
        if kind == "thread":
            dump.format = found.pop("format") or dump.format
            found.pop("kind")
            thread = begin(
                found.get("name") or "",
                found.get("id") or "",
                f"{found.get('state') or ''}{' current' if found.get('current') else ''}",
                found.get("order") or "",
            )
            call = heading = ""
        elif kind == "frame":
            if thread is None or (heading and not found["before"].strip()):
                if thread is None or thread.frames or not thread.name:
                    thread = begin(heading)
                dump.format = dump.format or found["format"] or "traceback"
            comma = found.get("comma") or ""
            thread.order = thread.order or ("last" if comma else "first")
            frame = Frame(
                found["file"],
                int(found["line"] or 0),
                found["function"] or inside,
                call,
            )
            last_text = thread.frames[-1].text if thread.frames else ""
            again = dump.format == "gdb" and frame.text == last_text  # bt repeats them
            if not again and pattern(RULES["python"]).search(frame.file):
                thread.frames.append(frame)
                call = ""
            elif pattern(RULES["gil"]).search(frame.function):
                thread.state += " waits for the gil"
            heading = ""
        elif kind == "order":
            if thread is None or thread.frames:
                thread = begin(heading)
            thread.order, heading = found["order"], ""
            dump.format = dump.format or "traceback"
        elif kind == "state" and thread is not None:
            thread.state += f" {found['state'].lower()}"
        elif kind == "call":
            call = f".{found['name']}("
        elif kind == "def":
            inside = found["name"]
        elif kind == "message":
            dump.messages.append(found["text"].strip())
        elif kind == "dump":
            if dump.threads:
                dump.before.append(dump.threads)
            dump.threads, thread = [], None
        elif kind == "end":
            thread = None
        elif kind == "task":
            dump.format, thread = "asyncio", None
            depth = len(found["indent"])
            tree[:] = [item for item in tree if item[0] < depth]
            tree.append((depth, None))
            thread = begin(f"task {found['name']}")
            thread.frames = [frame for _, frame in reversed(tree) if frame]
        elif kind == "await":
            depth = len(found["indent"])
            tree[:] = [item for item in tree if item[0] < depth]
            frame = Frame(found["file"], int(found["line"]), found["function"])
            tree.append((depth, frame))
            if thread is None or len(thread.frames) >= len([1 for _, f in tree if f]):
                thread = begin(thread.name if thread else "task")
            thread.frames = [frame for _, frame in reversed(tree) if frame]
        elif kind == "row":
            dump.format = "asyncio"
            stack = [
                Frame("?", 0, name)
                for name in found["stack"].strip().split(" -> ")
                if name
            ]
            begin(f"task {found['name'].strip()}", found["id"]).frames = stack
        elif (
            thread is not None
            and comma
            and thread.frames
            and line[:1].isspace()
            and line.strip()
        ):
            last = thread.frames[-1]
            if last.source.endswith("("):  # a call into C that gdb has named
                last.source = f"{line.strip()} {last.source}"
            elif not last.source and not re.fullmatch(r"[\s^~]*", line):
                last.source = line.strip()
        elif kind != "native" and not line[:1].isspace():
            heading = line.strip(" \t-=*~#:<>`") or heading
    dump.cut = bool(lines) and bool(pattern(RULES["cut"]).search(lines[-1]))
    _finish(dump)
    return dump


def _kind(line: str, form: str) -> tuple[str, dict[str, Any]]:
    for rule in RULES["lines"]:
        if rule.get("within", form) != form:
            continue
        if found := pattern(rule["pattern"]).search(line):
            return rule["kind"], {
                "format": "",
                "before": line[: found.start()],
                **rule,
                **found.groupdict(),
            }
    return "", {}


def _json(text: str, dump: Dump) -> Dump:
    dump.format = "py-spy"
    try:
        for item in json.loads(text):
            state = [
                "active" if item.get("active") else "idle",
                "gil" * bool(item.get("owns_gil")),
            ]
            name, number = (
                item.get("thread_name"),
                item.get("os_thread_id") or item["thread_id"],
            )
            thread = Thread(
                str(number), str(name or ""), "+".join(filter(None, state)), "first"
            )
            for frame in item["frames"]:
                file = str(frame["filename"] or "")
                if pattern(RULES["python"]).search(file):
                    thread.frames.append(
                        Frame(file, int(frame["line"] or 0), str(frame["name"]))
                    )
            dump.threads.append(thread)
    except (ValueError, TypeError, KeyError, AttributeError):
        dump.cut, dump.threads = True, []
    _finish(dump)
    return dump


def _finish(dump: Dump) -> None:
    for threads in (*dump.before, dump.threads):
        for thread in threads:
            if thread.order == "last":
                thread.frames.reverse()
        threads[:] = [thread for thread in threads if thread.frames or thread.state]
    if not dump.threads and dump.before:
        dump.threads = dump.before.pop()


def _is_main(thread: Thread) -> bool:
    bottom = thread.stack.splitlines()[-1] if thread.frames else ""
    outermost = bottom.partition("#")[0]
    return thread.name == "MainThread" or bool(
        "main thread" in thread.state or pattern(RULES["main"]).search(outermost)
    )


def groups(dump: Dump, source: Source) -> list[Thread]:
    """Return a thread for each different stack, with all its names and what it waits for."""
    found: dict[str, Thread] = {}
    for thread in dump.threads:
        for frame in thread.frames:
            if frame.source[:1] in ("", ".") and frame.path.startswith("@"):
                lines = source(frame.file)
                line = lines[frame.line - 1] if 0 < frame.line <= len(lines) else ""
                frame.source = f"{line.strip()} {frame.source}".strip()
        stack = thread.stack
        main = " main" * (dump.format != "asyncio" and _is_main(thread))
        place = " ".join(str(frame.line) for frame in thread.frames)
        key = f"{thread.state}{main}{place}\n{stack}"
        if key not in found:
            rule = next(
                (r for r in RULES["waits"] if pattern(r["stack"]).search(stack)), None
            )
            thread.wait = rule or RULES["unknown"]
            thread.head = f"[{thread.wait['id']} {thread.state.lower()}{main}]\n"
            found[key] = thread
        found[key].names.append(thread.called)
    kinds = [*found.values()]
    for thread in kinds[:MOST]:
        _locks(thread, source)
    return kinds


def lock_names(line: str) -> list[str]:
    """Return the names of what a line takes: of "with self.a, b:" self.a and b."""
    if found := re.match(r"\s*with (.+?):\s*(?:$|#|\w|\.)", line):
        items = [item.partition(" as ")[0].strip() for item in found[1].split(",")]
        return [name for name in items if re.fullmatch(r"[\w.\[\]]+", name)]
    return re.findall(r"([\w.\[\]]+)\.acquire\(", line)


def _locks(thread: Thread, source: Source) -> None:
    top = True
    for frame in thread.frames:
        if not frame.path.startswith("@"):
            continue
        names = lock_names(frame.source)
        if top and thread.wait.get("lock"):
            thread.wants = names
            thread.known = bool(source(frame.file))
            thread.holds += names[:-1]
        top = False
        thread.holds += _held(source(frame.file), frame.line)


def _held(lines: list[str], number: int) -> list[str]:
    """Return the names of the locks that are held in a line, as far as its function shows."""
    if not 0 < number <= len(lines):
        return []
    held: list[str] = []
    released: list[str] = []
    here = _indent(lines[number - 1])
    for line in reversed(lines[: number - 1]):
        indent = _indent(line)
        if not line.strip() or indent > here:
            continue
        released += re.findall(r"([\w.\[\]]+)\.release\(", line)
        if line.lstrip().startswith("with ") and indent < here:
            held += lock_names(line)
        elif ".acquire(" in line:
            held += [name for name in lock_names(line) if name not in released]
        here = min(here, indent)
        if re.match(r"\s*(async )?def ", line) and indent <= here:
            break
    return held


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _last(names: list[str]) -> set[str]:
    """Return names without what they are attributes of: in two functions that differs."""
    return {name.rpartition(".")[2] for name in names}


def facts(kinds: list[Thread]) -> dict[str, list[Thread]]:
    """Return what locks and places say together: a name, and the threads that show it."""
    said: dict[str, list[Thread]] = {}
    kinds = [thread for thread in kinds if not thread.wait.get("aside")][:MOST]
    asking = [thread for thread in kinds if thread.wants]

    def waits_for(thread: Thread) -> list[Thread]:
        return [
            o for o in kinds if o is not thread and _last(thread.wants) & _last(o.holds)
        ]

    for thread in asking:
        if {*thread.wants[:1]} & {*thread.holds}:
            said.setdefault("self", [thread])
        holders = waits_for(thread)
        for holder in holders:
            name = (
                "holding"
                if not holder.wait.get("lock") and not holder.wait.get("own")
                else ""
            )
            said.setdefault(name or "held", [holder, thread])
        if not holders and thread.known:
            said.setdefault("unheld", [thread])
        reached, todo = [], holders
        while todo:
            reached += todo
            todo = [n for o in todo for n in waits_for(o) if n not in reached]
            todo = [o for at, o in enumerate(todo) if o not in todo[:at]]
        if thread in reached:
            said.setdefault("cycle", [o for o in reached if o.wants])
    crossed = [t for t in asking if {*t.holds} - {*t.wants}]
    if sum(len(t.names) for t in crossed) > 1:
        said["crossed"] = crossed
    own = [thread for thread in kinds if thread.wait.get("own")]
    if len(own) > 1:
        said["apart"] = own
    elif own and len(own[0].names) > 1:
        said["together"] = own
    elif own:
        said["alone"] = own
    one = sum(len(t.names) for t in kinds) == 1
    said["single" if one else "several"] = kinds
    return said


def causes(dump: Dump, kinds: list[Thread]) -> Iterator[dict[str, Any]]:
    """Yield the causes that fit, the best one first."""
    said = facts(kinds)
    texts = [thread.head + thread.stack for thread in kinds]
    for rule in RULES["causes"]:
        seen: list[Thread] = []
        for wanted in rule.get("when", []):
            at = [n for n, text in enumerate(texts) if pattern(wanted).search(text)]
            if sum(len(kinds[n].names) for n in at) < rule.get("least", 1):
                break
            seen += [kinds[n] for n in at if kinds[n] not in seen]
        else:
            if "message" in rule and not any(
                pattern(rule["message"]).search(message) for message in dump.messages
            ):
                continue
            if not all(name in said for name in rule.get("facts", [])):
                continue
            if any(
                pattern(no).search(text)
                for no in rule.get("unless", [])
                for text in texts
            ):
                continue
            seen = seen or [t for name in rule.get("facts", []) for t in said[name]]
            yield {
                **{
                    name: rule.get(name, "")
                    for name in ("id", "certainty", "name", "words")
                },
                "links": rule.get("links", []),
                "threads": [name for thread in seen for name in thread.names][:5],
                "at": [thread.at.text for thread in seen if thread.at][:5],
            }


def holders(kinds: list[Thread]) -> list[dict[str, Any]]:
    """Return who could hold what a thread waits for: others, past that line of that function."""
    found = []
    for thread in kinds[:MOST]:
        if not (thread.wait.get("lock") or thread.wait.get("own")) or thread.at is None:
            continue
        place = thread.at
        could = []
        for other in kinds[:MOST]:
            named = _last(thread.wants) & _last(other.holds) and other is not thread
            past = [
                frame
                for frame in other.frames
                if other is not thread
                and (frame.file, frame.function) == (place.file, place.function)
                and frame.line > place.line
            ]
            if (named or past) and other.at:
                frame = past[0] if past else other.at
                why = "by the source" if named else "past that line"
                could.append(f"{', '.join(other.names[:5])}: {frame.text} ({why})")
        if could:
            found.append({"wants": place.text, "could": could[:5]})
    return found


def read(text: str, source: Source = lambda file: []) -> dict[str, Any]:
    """Return what a dump says, as data: causes, groups, who could hold what, and remarks.

    `source` returns the lines of a file that the dump names, or none.
    """
    dump = parse(text)
    kinds = groups(dump, source)
    words = RULES["remarks"]
    remarks = []
    if not text.strip():
        remarks.append(words["empty"])
    elif not dump.threads and not dump.messages:
        other = (
            o for o in RULES["others"] if pattern(o["pattern"]).search(text[:200_000])
        )
        remarks.append(
            next(other, {"words": words["cut" if dump.cut else "none"]})["words"]
        )
    elif dump.cut:
        remarks.append(words["cut"])
    if dump.before:
        before = {t.id: [f.text for f in t.frames] for t in dump.before[-1]}
        same = sum(before.get(t.id) == [f.text for f in t.frames] for t in dump.threads)
        remarks.append(
            words["dumps"]
            .replace("{dumps}", str(len(dump.before) + 1))
            .replace("{same}", str(same))
            .replace("{threads}", str(len(dump.threads)))
        )
    found = list(causes(dump, kinds))[:3]
    if dump.threads and not found:
        aside = all(thread.wait.get("aside") for thread in kinds)
        remarks.append(words["aside" if aside else "unknown"])
    return {
        "format": dump.format,
        "threads": len(dump.threads),
        "messages": dump.messages[:5],
        "remarks": remarks,
        "causes": found,
        "groups": [
            {
                "threads": thread.names[:20],
                "count": len(thread.names),
                "aside": bool(thread.wait.get("aside")),
                "wait": thread.wait["id"],
                "words": thread.wait["words"],
                "at": thread.at.text if thread.at else "",
                "source": thread.at.source if thread.at else "",
                "stack": [frame.text for frame in thread.frames[:40]],
            }
            for thread in sorted(kinds, key=lambda t: bool(t.wait.get("aside")))[:MOST]
        ],
        "holders": holders(kinds),
    }


def report(found: dict[str, Any]) -> Iterator[str]:
    """Yield what `read` found, as lines to read."""
    if found["threads"]:
        yield f"{found['threads']} thread(s) or task(s), {found['format']}"
    yield from (f"Message: {message}" for message in found["messages"])
    yield from found["remarks"]
    for cause in found["causes"]:
        yield ""
        yield f"{cause['certainty'].capitalize()}: {cause['name']}"
        yield f"  {cause['words']}"
        for name, at in zip(cause["threads"], cause["at"], strict=False):
            yield f"  seen in {name}: {at}"
        yield from (f"  read {link}" for link in cause["links"])
    for group in found["groups"]:
        yield ""
        aside = "set aside: " if group["aside"] else ""
        yield f"{group['count']} × {aside}{group['words']}"
        yield f"  {', '.join(group['threads'][:5])}{' …' if group['count'] > 5 else ''}"
        if not group["aside"]:
            yield f"  at {group['at']}" + f"    {group['source']}" * bool(
                group["source"]
            )
    for holder in found["holders"]:
        yield ""
        yield f"Who could hold what is waited for at {holder['wants']}:"
        yield from (f"  {could}" for could in holder["could"])


@functools.cache
def on_disk(file: str) -> list[str]:
    """Return the lines of a Python file of this machine; none if it is not one."""
    path = Path(file)
    try:
        if (
            path.suffix != ".py"
            or not path.is_file()
            or path.stat().st_size > MOST_SOURCE
        ):
            return []
        return path.read_text("utf-8", "replace").splitlines()
    except (OSError, ValueError):
        return []


def main(arguments: list[str]) -> int:
    """Read a file, or what is piped in; return 0 if a cause was found, 1 if none fits."""
    options = [word for word in arguments if word.startswith("--")]
    files = [word for word in arguments if not word.startswith("--")]
    if {*options} - {"--json", "--no-source"} or len(files) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    data = Path(files[0]).read_bytes() if files else sys.stdin.buffer.read()
    text = data.decode(
        "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace"
    )
    found = read(text) if "--no-source" in options else read(text, on_disk)
    lines = [json.dumps(found, indent=1)] if "--json" in options else report(found)
    for line in lines:  # what a dump holds must not steer a terminal
        print(re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "?", line))
    return 0 if found["causes"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
