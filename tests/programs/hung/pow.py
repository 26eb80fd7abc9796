"""One long call into C, which keeps the GIL.

Cause: c-call
"""

import threading


def beat():
    threading.Event().wait(3600)


threading.Thread(target=beat, daemon=True).start()
print("hanging", flush=True)
print(pow(7, 3_000_000_000).bit_length())
