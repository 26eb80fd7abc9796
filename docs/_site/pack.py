"""Pack a folder into a zip, with the same bytes each time: python pack.py FOLDER ZIP"""

import os
import sys
import time
import zipfile
from pathlib import Path


def pack(folder, target):
    """Write every file of `folder`, under its name, with the date SOURCE_DATE_EPOCH."""
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600")))[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    pack(Path(sys.argv[1]).resolve(), sys.argv[2])
