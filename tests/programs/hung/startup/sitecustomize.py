"""Writes the stacks of all threads into the file $DUMPS, again and again, from the start on."""

import faulthandler
import os


def begin(path):
    global file  # kept open
    file = open(path, "a")  # noqa: SIM115
    faulthandler.dump_traceback_later(0.25, repeat=True, file=file)


# Not in the environment of child processes: each file is of one process.
if path := os.environ.pop("DUMPS", None):
    begin(path)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(  # a watchdog that is copied would wait for itself
            before=faulthandler.cancel_dump_traceback_later,
            after_in_child=lambda: begin(path + ".child"),
        )
