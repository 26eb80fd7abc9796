"""Pack a folder into a zip, with the same bytes each time: python pack.py FOLDER ZIP"""

import os
import shutil
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("__pycache__", ".*_cache")  # what tools leave behind


def pack(folder, target):
    """Write every file of `folder`, under its name, with the date SOURCE_DATE_EPOCH."""
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600")))[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def archive(target, name, folder, *files, changed, without=()):
    """Write a copy of `folder`, called `name`, to read offline: with the license and more `files`.

    `changed` is called with the copy, and puts into it what only the site knows. `without` are
    patterns of names that stay out.
    """
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place, name)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*LEFT_OUT, *without))
        for file in (*files, ROOT / "LICENSE"):
            shutil.copy(file, copy)
        changed(copy)
        target.parent.mkdir(parents=True, exist_ok=True)
        pack(copy, target)


if __name__ == "__main__":
    pack(Path(sys.argv[1]).resolve(), sys.argv[2])
