"""What a run reads: the programs that its text names, and what those name in turn.

A run finds these files in its folder and no others, so that a file that is missing here
fails the run, and cannot change its result without changing its digest.
"""

import re

from engine import ROOT

HERE = ROOT / "tests" / "engine"
WHOLE = re.compile(r"examples(?:/[\w-]+)+/(?![\w.-])")  # a folder that is named with its slash
FOLDER = re.compile(r"examples(?:/[\w-]+)*")
READ = {".py", ".json"}
# What decides a run beside its text: how it starts, ends, and is compared.
ENGINE = (HERE / "reader.py", HERE / "outputs.py", HERE / "terminal" / "sitecustomize.py")
INTERNET = HERE / "internet.py"


def programs(text, program=None):
    """Return the paths of the files below examples/ that a run of `text` reads, sorted.

    `program` is the file that is run, if `text` stands in one; files beside it may be read.
    """
    found, texts = set(), [(ROOT / program, None)] if program else [(None, text)]
    while texts:
        path, text = texts.pop()
        if path:
            if path in found:
                continue
            found.add(path)
            text = path.read_text("utf-8")
        folders = {path.parent} if path else set()
        for name in FOLDER.findall(text):
            folders |= {ROOT / name, (ROOT / name).parent} - {ROOT}
        wholes = [ROOT / name for name in WHOLE.findall(text)]
        texts += [(file, None) for whole in wholes for file in whole.rglob("*.py")]
        words = set(re.findall(r"\w+", text))
        texts += [(file, None) for file in _modules(folders) if file.stem in words]
    return sorted(found)


def _modules(folders):
    return [path for folder in folders for path in folder.glob("*.*") if path.suffix in READ]


def read(block):
    """Return the path of every file that decides what a block of a page prints."""
    paths = [*ENGINE, *programs(block.code, block.program)]
    return [*paths, INTERNET] if any("https://" in text for text in _texts(block)) else paths


def _texts(block):
    return [block.code, *(p.read_text("utf-8") for p in programs(block.code, block.program))]
