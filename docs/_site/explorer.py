"""The interleaving explorer: what its script shows, and the table that stands for it in print.

Both come from runs of examples/proved/interleavings.py at build, on every CPython there is.
"""

import json
from html import escape

import measuring

PROGRAM = "proved/interleavings.py"


def explored():
    """Return what the program found, once for all builds that compile alike, oldest first."""
    found = {}
    for name, answer in measuring.measured(PROGRAM, "--json").items():
        del answer["measured_at"]  # the same builds make the same page
        for version in answer["plain"], answer["locked"]:
            for step in version["steps"]:
                del step["offset"]
        steps = json.dumps([answer["plain"]["steps"], answer["locked"]["steps"]])
        names = found.pop(steps, {"names": []})["names"]
        found[steps] = answer | {"names": [*names, name]}
    return list(found.values())


def figure(request):
    """Return the explorer, and the table that stands for it where no script runs."""
    found = explored()
    if not found:
        return measuring.NOT_MEASURED.replace("\n", "")
    return _table(found[-1]) + _data(found)


def _table(found):
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{row["thread"]}</td>'
        f"<td><code>{escape(row['text'])}</code></td>"
        f"<td><code>[{escape(', '.join(row['stack']))}]</code></td><td>{row['counter']}</td></tr>"
        for number, row in enumerate(found["found"]["rows"], 1)
    )
    heads = ("Step", "Thread", "Instruction", "Its stack then", "counter then")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        '<div id="explorer" class="explorer"></div>'
        '<div class="explorer-table"><table>'
        "<caption>An order that loses an update, as the search found it and two threads ran it, "
        f"on CPython {escape(found['python'])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _data(found):
    text = json.dumps(found, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="explorer-data">{text}</script>'
