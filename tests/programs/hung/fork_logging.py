"""A process is forked while another thread writes a record.

Cause: fork-logging
"""

import logging
import os
import threading

inside, written = threading.Event(), threading.Event()


class Slow(logging.StreamHandler):
    def emit(self, record):
        inside.set()
        written.wait()


# Before 3.13 logging makes its own locks anew in a child; a lock of one's own it does not know.
class Handler(Slow):
    def createLock(self):
        self.lock = threading.RLock()


logging.getLogger().addHandler(Handler())
threading.Thread(target=logging.warning, args=("one",), daemon=True).start()
inside.wait()
if os.fork() == 0:
    print("hanging", flush=True)
    logging.warning("two")
os.wait()
