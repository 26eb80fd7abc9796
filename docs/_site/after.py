"""What a reader can do after a page, and how long that takes: ![You can …](made:after).

A page to look things up in is not read from start to end: ![You know …](made:after/look-up) names
no time.
"""

import re
from math import ceil
from pathlib import Path

from engine import fences
from markup import inline

WORDS = 238  # a minute, for English prose: Brysbaert, doi.org/10.1016/j.jml.2019.104047
BLOCK = 0.5  # minutes for a block and its output: a guess


def line(request):
    """Return the line that a page asks for as HTML."""
    said = request.words[0].lower() + request.words[1:]
    text = f'<p class="after"><strong>After this page</strong> {inline(said)}'
    if request.which is None:
        minutes = ceil(reading(Path(request.page.file.abs_src_path).read_text("utf-8")))
        text += f" About {minutes} minute{'s' * (minutes > 1)} to read."
    return f"{text}</p>"


def reading(text):
    """Return how many minutes a page takes to read."""
    _, prose = fences.split(without_front_matter(text))
    count = sum(len(words(line)) for _, line in prose)
    return count / WORDS + len(fences.blocks(text)) * BLOCK


def without_front_matter(text):
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)


def words(line):
    """Return the words of a line of Markdown, without addresses and tags."""
    return re.findall(r"\w[\w'’-]*", re.sub(r"\]\([^)]*\)|<[^>]*>", "", line))
