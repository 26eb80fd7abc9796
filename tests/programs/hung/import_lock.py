"""A module waits, while it is imported, for a thread that imports it.

Cause: import-lock
"""

import pathlib
import sys
import tempfile

MODULE = """
import threading

def work():
    print("hanging", flush=True)
    from settings import NAME

thread = threading.Thread(target=work)
thread.start()
thread.join()
NAME = "shop"
"""

folder = pathlib.Path(tempfile.mkdtemp())
(folder / "settings.py").write_text(MODULE)
sys.path.insert(0, str(folder))
import settings  # noqa: E402

print(settings.NAME)
