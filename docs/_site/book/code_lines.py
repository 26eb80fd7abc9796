"""Code for paper: each line a block, so that it wraps under its own indent and splits well."""

import re

from bs4 import NavigableString, Tag

WIDTH = 0.602  # em, of a letter of DejaVu Sans Mono
LETTERS = 44  # that fit into a line of the small book, whose words break where they must
WEIGHTS = {"k": "k", "ow": "k", "nf": "n", "nc": "n", "c": "c", "sd": "c", "s": "s"}


def typeset(pre):
    """Replace the content of a <pre> by its lines."""
    lines = [[]]
    for text, style in _tokens(pre):
        first, *rest = text.split("\n")
        lines[-1].append((first, style))
        lines += [[(part, style)] for part in rest]
    while len(lines) > 1 and not any(text for text, _ in lines[-1]):
        lines.pop()
    pre.clear()
    code = Tag(name="code")
    pre.append(code)
    for line in lines:
        code.append(_line(line))
    if len(lines) <= 14:
        pre["class"] = [*pre.get("class", []), "whole"]


def _tokens(pre):
    """Yield (text, style) for what shows in black and white, too: weight and slant."""
    for text in pre.find_all(string=True):
        names = text.parent.get("class", [""]) if text.parent.name == "span" else [""]
        name = names[0]
        style = WEIGHTS.get(name) or WEIGHTS.get(name[:1] if name[:1] in "kcs" else "")
        yield re.sub(r"\((\d+)\)!", r"(\1)", text), style


def _line(tokens):
    text = "".join(text for text, _ in tokens)
    if len(tokens) > 1 and tokens[0][0].isspace():
        # An indent of its own gets lost when the line is copied from the PDF.
        (indent, _), (first, style), *rest = tokens
        tokens = [(indent + first, style), *rest]
    line = Tag(name="span", attrs={"class": "l"})
    if len(text) > 40:
        mark = len(text) - len(text.lstrip()) + 1
        indent = round((mark + 2) * WIDTH, 2)
        longest = max(map(len, text.split()))
        tight = longest >= 25 or mark + 2 + longest > LETTERS
        line["class"] = "l long tight" if tight else "l long"
        line["style"] = (
            f"padding-left:{indent}em;text-indent:-{indent}em;"
            f"background-position:0 0,{round(mark * WIDTH, 2)}em 0"
        )
    for text, style in tokens:
        if style:
            part = Tag(name="span", attrs={"class": style})
            part.string = text
        else:
            part = NavigableString(text)
        line.append(part)
    if not text and len(tokens) == 1:
        line.append(NavigableString("\n"))
    return line
