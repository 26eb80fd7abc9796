"""A regular expression that takes exponential time.

Cause: regex
"""

import re
import threading


def beat():
    threading.Event().wait(3600)


threading.Thread(target=beat, daemon=True).start()
print("hanging", flush=True)
re.match(r"(a+)+$", "a" * 60 + "b")
