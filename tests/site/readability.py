"""Print how each page reads: make readability. A figure to look at, not to pass.

Words a sentence, the median; the longest run of words without a block, a table or a picture, and
the section that it stands in. A screen and a half is about 300 words.
"""

import re
from statistics import median

from after import without_front_matter, words
from engine import ROOT, fences

HEADING = re.compile(r"^#+ (.*?)(?: \{ #.*\})?$")
SHOWN = re.compile(r"^\s*(\||!\[|<)")  # a table, a picture, or what is made


def runs(text):
    """Yield (section, words) for each run of prose, and None where something is shown."""
    inside, prose = fences.split(without_front_matter(text))
    shown = {fence.line for fence in inside}
    lines = sorted([*prose, *((line, "|") for line in shown)])
    section, run = "", []
    for _, line in lines:
        if (heading := HEADING.match(line)) or SHOWN.match(line):
            yield section, run
            section, run = (heading[1] if heading else section), []
        else:
            run = [*run, *words(line)]
    yield section, run


def sentences(text):
    """Return the number of words of each sentence of a page's paragraphs."""
    _, prose = fences.split(text)
    paragraphs = "\n".join(
        "" if SHOWN.match(line) or line[:1] in "#-*" else line for _, line in prose
    )
    parts = re.split(r"(?<=[.!?:])\s+|\n{2,}", paragraphs)
    counts = (len(words(part)) for part in parts)
    return [count for count in counts if count > 2]


def main():
    print("words a sentence   longest run   page, and the section of that run")
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = page.read_text("utf-8")
        section, run = max(runs(text), key=lambda found: len(found[1]))
        print(f"{median(sentences(text) or [0]):16g} {len(run):13}   ", end="")
        print(f"{page.relative_to(ROOT / 'docs')}: {section}")


if __name__ == "__main__":
    main()
