"""What a reader can do after a page, and how long that takes: ![You can …](made:after).

A page to look things up in is not read from start to end: ![You know …](made:after/look-up) names
no time.
"""

import re
from html import escape
from math import ceil
from pathlib import Path

from engine import fences

WORDS = 238  # a minute, for English prose: Brysbaert, doi.org/10.1016/j.jml.2019.104047
BLOCK = 0.5  # minutes for a block and its output: a guess


def line(request):
    """Return the line that a page asks for as HTML."""
    words = request.words[0].lower() + request.words[1:]
    words = re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))
    text = f'<p class="after"><strong>After this page</strong> {words}'
    if request.which is None:
        minutes = ceil(reading(Path(request.page.file.abs_src_path).read_text("utf-8")))
        text += f" About {minutes} minute{'s' * (minutes > 1)} to read."
    return f"{text}</p>"


def reading(text):
    """Return how many minutes a page takes to read."""
    _, prose = fences.split(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))
    without_links = (re.sub(r"\]\([^)]*\)|<[^>]*>", "", line) for _, line in prose)
    words = sum(len(re.findall(r"\w[\w'’-]*", line)) for line in without_links)
    return words / WORDS + len(fences.blocks(text)) * BLOCK
