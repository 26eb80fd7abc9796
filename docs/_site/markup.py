"""The markup that makers share: a line of text, and a table."""

import re
from html import escape

MARKS = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*")


def inline(text):
    """Return a line of text as HTML, its `code` and its **words in bold** marked up."""
    return MARKS.sub(_marked, escape(str(text), quote=False))


def _marked(match):
    tag = match.lastgroup
    return f"<{tag}>{match[tag]}</{tag}>"


def table(head, rows):
    """Return a table of cells in HTML; the first cell of each row is its heading."""
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
        for first, *cells in rows
    )
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
