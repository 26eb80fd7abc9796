"""The box that reads a dump: ![words](made:dump-box), and the rules that its script reads.

A page that is opened as a file may load scripts and nothing else, so the rules are one.
"""

import json
import re
from html import escape

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from engine import ROOT

RULES = ROOT / "examples/kit/dump_rules.json"
ADDRESS = "assets/dump-rules.js"
HEADING = re.compile(r"^#+ (?P<words>.+?)(?: \{ #(?P<id>[\w-]+) \})?$", re.MULTILINE)


def links():
    """Return every link that the rules name, such as guide/locks.md#deadlock."""
    rules = json.loads(RULES.read_text("utf-8"))
    return sorted({link for cause in rules["causes"] for link in cause.get("links", [])})


def download(request):
    """Return a link that downloads the rules."""
    address = get_relative_url(RULES.relative_to(ROOT).as_posix(), request.page.url)
    return f'<p><a href="{address}" download>{escape(request.words)}</a></p>'


def box(request):
    """Return the box, hidden until its script runs, and what stands for it without scripts."""
    content = f"window.dumpRules={json.dumps(_rules(request), separators=(',', ':'))}\n"
    request.files.append(File.generated(request.config, ADDRESS, content=content))
    words = escape(request.words)
    return (
        '<p class="screen-only">The box needs JavaScript. The command below reads the same.</p>'
        f'<div id="dump-box" class="screen-only" role="group" aria-label="{words}" hidden>'
        f'<p><label>{words}<textarea rows="12" spellcheck="false"></textarea></label></p>'
        '<p><button type="button">Read it</button> '
        '<label>or a file <input type="file" class="dump-file"></label> '
        "<label>and the source files that it names "
        '<input type="file" class="dump-sources" multiple accept=".py"></label></p>'
        '<div role="status" aria-live="polite"></div></div>'
    )


def _rules(request):
    rules = json.loads(RULES.read_text("utf-8"))
    addresses, titles = {}, {}
    for link in links():
        path, _, anchor = link.partition("#")
        target = request.files.get_file_from_path(path)
        address = target.url_relative_to(request.page.file)
        addresses[link] = f"{address}#{anchor}" if anchor else address
        found = HEADING.finditer(target.content_string)
        titles[link] = next(
            (_plain(h["words"]) for h in found if anchor in ("", h["id"] or "")), anchor or path
        )
    return rules | {"addresses": addresses, "titles": titles}


def _plain(words):
    return re.sub(r"[`*\\]", "", words)
