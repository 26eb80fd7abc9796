"""The thread-safety table: what is documented of each row, and what ran, from the evidence.

A result counts for a row only under the row's own digest; see tests/engine/rows.py.
"""

import json
import re
import textwrap
from collections import Counter
from functools import cache
from html import escape
from pathlib import Path

from mkdocs.utils import get_relative_url

import show_evidence
from engine import rows
from markup import inline

DATA = "reference/thread-safety.json"
SCHEMA = 1
UNDOCUMENTED = "not documented"
HEADS = ("Object and use", "Documented", "What ran", "What to do")
NUMBER = re.compile(r"\b0x[0-9a-f]+\b|\b\d{6,}\b")  # differ from run to run
LONGEST = 120  # characters of an exception's text; the data has all of it


@cache
def table():
    """Return {row: {heading of a build: what came of it there}}; see `on_config` in hooks.py."""
    return {row: _results(row) for row in rows.table()}


def _results(row):
    identity = row.program and row.digest
    return {
        show_evidence.column(build): json.loads(known["output"]) | {"at": known["at"]}
        for build in show_evidence.builds()
        if (known := build["results"].get(identity)) and known["output"]
    }


def made(request):
    """Return what the page asks for: the table, or one of its two summaries."""
    return {None: _table, "counts": _counts, "against": _against}[request.which](request)


def _counts(request):
    """Say how many rows there are, of which level, and on which builds they ran."""
    found = table()
    names = Counter(
        name
        for results in found.values()
        for name, result in results.items()
        if result["kind"] != "absent"
    )
    levels = [f"{sum(row.level == level for row in found)} {level}" for level in rows.LEVELS[::-1]]
    bare = sum(row.level is None for row in found)
    others = sum(bool(row.library) for row in found)
    text = f"{len(found)} rows, {others} of them on third-party libraries. As documented: "
    text += f"{', '.join(levels)}; {bare} not documented."
    if names:
        each = ", ".join(f"{count} on {name}" for name, count in names.items())
        text += f" What ran, each row in a process of its own: {each}."
    return f'<p class="figures">{escape(text)}</p>'


def against():
    """Return (row, {build: result}) where what ran is against what is documented."""
    found = []
    for row, results in table().items():
        if row.level in ("shared", "atomic"):
            against = {
                name: result
                for name, result in results.items()
                if result["kind"] not in ("nothing", "absent")
            }
            if against:
                found.append((row, against))
    return found


def _against(request):
    items = "".join(
        f'<li><a href="#{row.anchor}">{inline(row.what)}, {inline(row.use)}</a>: documented as '
        f'<a href="{row.address}">{row.level}</a>; {_ran(found, row, several=False)}</li>'
        for row, found in against()
    )
    return f"<ul>{items}</ul>" if items else "<p>None in these runs.</p>"


def _table(request):
    found = table()
    names = dict.fromkeys(name for results in found.values() for name in results)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
    body = "".join(_row(row, results, request) for row, results in found.items())
    levels = "".join(f"<option>{level}</option>" for level in (*rows.LEVELS[::-1], UNDOCUMENTED))
    builds = "".join(f"<option>{escape(name)}</option>" for name in names)
    html = (
        '<p class="safety-filter screen-only" hidden>'
        '<label>Words <input type="search" id="safety-words" placeholder="deque, iterate, crash">'
        '</label> <label>Documented as <select id="safety-level"><option value="">anything'
        f"</option>{levels}</select></label> "
        '<label>Something seen on <select id="safety-build"><option value="">any or no build'
        f"</option>{builds}</select></label> "
        '<output id="safety-count" for="safety-words safety-level safety-build"></output></p>'
        f'<div class="safety"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return html.replace("\n", " ")


def _row(row, found, request):
    kinds = [result["kind"] for result in found.values() if result["kind"] != "absent"]
    worst = min(map(rows.KINDS.index, kinds), default=len(rows.KINDS))
    level = rows.LEVELS.index(row.level) + 1 if row.level else 0
    seen = " ".join(n for n, r in found.items() if r["kind"] not in ("nothing", "absent"))
    advice = inline(row.advice)
    if row.more:
        page, _, anchor = row.more.partition("#")
        file = request.files.get_file_from_path(page)
        address = file.url_relative_to(request.page.file) if file else page
        advice += f' <a href="{address}#{anchor}">More</a>'
    ran, program = f"not run: {row.unrun}", ""
    if row.program:
        ran = _ran(found, row) or "not run"
        program = get_relative_url(row.program, request.page.url)
        program = f' <a class="ran screen-only" href="{program}">program</a>'
    return (
        f'<tr id="{row.anchor}" data-seen="{escape(seen)}">'
        f'<th scope="row"><a href="#{row.anchor}">{inline(row.what)}</a> {inline(row.use)}</th>'
        f'<td data-order="{level}">{_documented(row)}</td>'
        f'<td data-order="{worst}">{ran}{program}</td>'
        f"<td>{advice}</td></tr>"
    )


def _documented(row):
    if not row.source:
        return row.level or UNDOCUMENTED
    says = f" “{inline(row.says)}”" if row.says else ""
    return f'<a href="{row.address}">{row.level or UNDOCUMENTED}</a>{says}'


def _ran(found, row, several=True):
    """Return what came of a row, the worst first, each with the builds on which it did.

    Without `several` each build is named, as where `found` has only some of them.
    """
    groups = {}
    for name, result in found.items():
        worst = [one for one in result["seen"] if one["kind"] == result["kind"]]
        text = worst[0]["text"] if worst else ""
        key = result["kind"], re.sub(r"\d+", "", NUMBER.sub("", text))
        groups.setdefault(key, []).append((name, result, worst))
    order = ("absent", *rows.KINDS)
    parts = [
        f'<span class="{kind}">{_words(kind, group, row)}</span> '
        + _on([name for name, *_ in group], several and len(found))
        for (kind, _), group in sorted(groups.items(), key=lambda item: order.index(item[0][0]))
    ]
    return "<br>".join(parts)


def _on(names, of):
    """Name builds, or say that they are all of more than two."""
    return f"all {of} builds" if len(names) == of > 2 else " · ".join(names)


def _words(kind, group, row):
    """Say what builds saw alike: of several counts, the highest for a fault, else the lowest."""
    if kind == "absent":
        return "no wheel:" if row.library else "not there:"
    if kind == "hang":
        return "hung:"
    _, result, worst = max(group, key=lambda one: one[2][0]["count"] if one[2] else 0)
    if kind == "crashed":
        return f"crashed, {escape(worst[0]['text'])}:"
    if kind == "nothing":
        return f"nothing seen in {min(r['operations'] for _, r, _ in group):,}:"
    text = NUMBER.sub("…", worst[0]["text"].partition("\n")[0]).removesuffix(": ")
    text = escape(textwrap.shorten(text, LONGEST, placeholder=" …").replace("… …", "…"))
    count = f"{worst[0]['count']:,} of {result['operations']:,}"
    return {
        "lost": f"{text} {count}:" if text == "lost" else f"{count} {text}:",
        "raised": f"<code>{text}</code>, {count}:",
        "wrong": f"{text}, {count}:",
    }[kind]


def write(config):
    """Write the table in the form that docs/reference/thread-safety.schema.json describes."""
    data = {
        "schema": SCHEMA,
        "builds": [
            {**build["build"], "column": show_evidence.column(build)}
            for build in show_evidence.builds()
        ],
        "rows": [
            {
                "id": row.anchor,
                "object": row.what,
                "use": row.use,
                "level": row.level,
                "library": row.library or None,
                "source": row.address,
                "says": row.says or None,
                "advice": row.advice,
                "section": row.more or None,
                "program": row.program,
                "unrun": row.unrun or None,
                "results": results,
            }
            for row, results in table().items()
        ],
    }
    Path(config.site_dir, DATA).write_text(json.dumps(data, indent=1) + "\n", "utf-8")
