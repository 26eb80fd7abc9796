"""What the site shows of the evidence: under each block, on the Evidence page, as JSON.

A result counts for a block only under the block's own digest; see tests/evidence.py.
"""

import json
from collections import Counter
from functools import cache
from html import escape
from pathlib import Path

from mkdocs.utils import get_relative_url

from engine import ROOT, evidence, fences

SYMBOLS = {"passed": "✓", "failed": "✗", "not applicable": "–", "not run": "?"}
PAGE = "reference/evidence.md"
DATA = "reference/evidence.json"
WHICH = "reference/which-python.md"
ABOUT = {"free-threaded": "gil", "gil": "gil"}  # versions have a section each

NEEDS = {
    "compiler": "compilers of C and C++, and Python.h",
    "free-threaded": "free-threaded",
    "gil": "default build",
    "linux": "Linux",
    "posix": "not on Windows",
}

builds = cache(evidence.builds)


def need(mark):
    """Return a need as a label: "3.14+", "free-threaded"."""
    return f"{mark}+" if mark[0].isdigit() else NEEDS.get(mark, mark)


def column(build):
    """Return the heading of a build: "3.13t", and the platform where it is not Linux."""
    about = build["build"]
    return about["name"] + ("" if about["platform"] == "linux" else f" {about['platform']}")


def results(block):
    """Return {heading of a build: its result} for every recorded build."""
    identity = evidence.digest(block)
    missing = {"outcome": "not run"}
    return {column(build): build["results"].get(identity, missing) for build in builds()}


def line(block, page, source=""):
    """Return the line under a block, as Markdown: where and when it ran, and about what it needs.

    `source` is the address of the block's own line, or of its program, if it is known.
    """
    by_outcome = {}
    for name, result in results(block).items():
        by_outcome.setdefault(result["outcome"], []).append(name)
    parts = [
        f"{words} {' · '.join(by_outcome[outcome])}"
        for outcome, words in (
            ("passed", "Ran on"),
            ("failed", "failed on"),
            ("not run", "not run on"),
        )
        if outcome in by_outcome
    ]
    up = "../" * page.file.src_path.count("/")
    row = anchor(block)
    days = [result["at"][:10] for result in results(block).values() if "at" in result]
    line = f"[{', '.join(parts) or 'Not run'}]({up}{PAGE}#{row}){{ .ran #at-{row} }}"
    if days:
        line += f' <time class="ran">{max(days)}</time>'
    if program := block.program:
        address = get_relative_url(program, page.url)
        line += f' <a class="ran screen-only" href="{address}" download>download</a>'
    if source:
        line += f" [source]({source}){{ .ran }}"
    for mark in block.needs:
        if mark in ABOUT or mark[0].isdigit():
            section = ABOUT.get(mark, f"in-{mark.replace('.', '-')}")
            line += f" [about {need(mark)}]({up}{WHICH}#{section}){{ .ran }}"
    return line


def program(request):
    """Return a link that downloads the program of examples/ that a page asks for."""
    path = next((ROOT / "examples").rglob(f"{request.which}.py"))
    address = get_relative_url(path.relative_to(ROOT).as_posix(), request.page.url)
    return f'<p><a href="{address}" download>{escape(request.words)}</a></p>'


def outputs(block):
    """Return (builds, output) for each different output of a block marked `differs`.

    What the newest default build printed comes first.
    """
    if "differs" not in block.marks:
        return []
    groups = {}
    for name, result in results(block).items():
        if result["outcome"] == "passed":
            groups.setdefault(result["output"], []).append(name)
    ordered = sorted(groups.items(), key=lambda group: _newest() not in group[1])
    return [(", ".join(names), output) for output, names in ordered]


def _newest():
    """Return the heading of the newest default build, of the platform that comes first."""
    first = builds()[0]["build"]["platform"]
    names = [
        column(build)
        for build in builds()
        if build["build"]["platform"] == first and not build["build"]["free_threaded"]
    ]
    return names[-1] if names else None


def anchor(block):
    return f"run-{evidence.digest(block)[:10]}"


def page_blocks(docs):
    """Yield (page, block) for everything that runs, in the order of the folders."""
    for pattern, find in ("**/*.md", fences.blocks), ("measured/*.py", fences.measurements):
        for path in sorted(docs.glob(pattern)):
            for block in find(path.read_text("utf-8")):
                yield path.relative_to(docs).as_posix(), block


def rows(docs):
    """Return the evidence, one dictionary a block, program or notebook."""
    return [
        {
            "id": anchor(block),
            "page": page,
            "line": block.line,
            "kind": _kind(page, block),
            "program": block.program,
            "needs": block.needs,
            "results": results(block),
        }
        for page, block in page_blocks(docs)
    ]


def _kind(page, block):
    if page.endswith(".py"):
        return "notebook"
    return "program" if block.program else "block"


def table(request):
    """Return the table of the Evidence page, as one line of HTML."""
    builds.cache_clear()  # notebooks have run since
    names = [column(build) for build in builds()]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    seen = set()
    body = "".join(
        _row(row, names, request.config, request.files, seen)
        for row in rows(Path(request.config.docs_dir))
    )
    about = "".join(
        f"<li><strong>{escape(column(build))}</strong>: {escape(build['build']['details'])}, "
        f"{escape(build['build']['platform'])}; last run {_last(build)}</li>"
        for build in builds()
    )
    html = (
        f"<p>{escape(summary(request.config))}</p>"
        f'<ul class="builds">{about}</ul>'
        '<p class="screen-only" hidden><label>Show only <input type="search" id="evidence-filter" '
        'placeholder="locks, 3.14+, free-threaded, not run"></label></p>'
        '<div class="evidence"><table><thead><tr><th scope="col">Block</th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    return html.replace("\n", " ")


def counts(request):
    """Return the sentence that says how much of the guide ran and where, as HTML."""
    return f'<p class="figures">{escape(summary(request.config))}</p>'


def summary(config):
    """Say how many blocks and programs ran on which builds, from the evidence that is there."""
    shown = [row for row in rows(Path(config.docs_dir)) if row["kind"] != "notebook"]
    found = {name: [row["results"][name] for row in shown] for name in map(column, builds())}
    outcomes = {name: Counter(r["outcome"] for r in results) for name, results in found.items()}
    ran = sum(any(r["outcome"] == "passed" for r in row["results"].values()) for row in shown)
    text = f"{ran} of {len(shown)} blocks and programs ran"
    if not ran:
        return f"{text}."
    applies = {name: len(shown) - count["not applicable"] for name, count in outcomes.items()}
    if all(count["passed"] == applies[name] for name, count in outcomes.items()):
        each = ", ".join(f"{applies[name]} on {name}" for name in outcomes)
        text += f", each on every build of CPython here that it applies to: {each}"
    else:
        each = (f"{count['passed']} of {applies[n]} on {n}" for n, count in outcomes.items())
        text += f". By build of CPython, of those that apply: {', '.join(each)}"
    failed = sum(any(r["outcome"] == "failed" for r in row["results"].values()) for row in shown)
    days = [r["at"][:10] for results in found.values() for r in results if "at" in r]
    return f"{text}{f'; {failed} failed' if failed else ''}. Last run: {max(days)}."


def _last(build):
    return max((result["at"] for result in build["results"].values()), default="never")[:10]


def _row(row, names, config, files, seen):
    home = files.get_file_from_path(PAGE)
    page = files.get_file_from_path(row["page"])
    place = f"{row['page'].rpartition('.')[0]}:{row['line']}".replace("/", "/<wbr>")
    href = page.url_relative_to(home)
    if row["kind"] != "notebook":
        href += f"#at-{row['id']}"
    source = config.extra.get("source")
    link = f' <a href="{source}docs/{row["page"]}#L{row["line"]}">source</a>' if source else ""
    cells = "".join(_cell(row["results"][name]) for name in names)
    program = f" <code>{row['program']}</code>" if row["program"] else ""
    needs = "".join(f' <span class="need">{escape(need(mark))}</span>' for mark in row["needs"])
    # The same block on two pages has one result, and one anchor.
    id = "" if row["id"] in seen else f' id="{row["id"]}"'
    seen.add(row["id"])
    return (
        f'<tr{id}><th scope="row"><a href="{href}">{place}</a>'
        f"{program}{needs}{link}</th>{cells}</tr>"
    )


def _cell(result):
    outcome = result["outcome"]
    words = f"{outcome}: {result['reason']}" if result.get("reason") else outcome
    when = f" {result['at'][:10]}" if "at" in result else ""
    return (
        f'<td class="{outcome.replace(" ", "-")}" title="{escape(words + when)}">'
        f'<span aria-hidden="true">{SYMBOLS[outcome]}</span>'
        f'<span class="words">{escape(words)}</span></td>'
    )


def write(config):
    """Write the evidence in the form that docs/reference/evidence.schema.json describes."""
    data = {
        "schema": evidence.SCHEMA,
        "summary": summary(config),
        "builds": [{**build["build"], "column": column(build)} for build in builds()],
        "rows": rows(Path(config.docs_dir)),
    }
    Path(config.site_dir, DATA).write_text(json.dumps(data, indent=1) + "\n", "utf-8")
