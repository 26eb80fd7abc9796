"""The programs of examples/, as modules and as processes, for their tests."""

import importlib.util
import subprocess
import sys
from contextlib import contextmanager

from engine import ROOT, reader


def program(name):
    """Return the program examples/`name`.py as a module."""
    path = ROOT / "examples" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


@contextmanager
def process(command, **options):
    """Start a process, and in the end kill its process group: Popen waits for its end."""
    with subprocess.Popen(command, start_new_session=True, **options) as started:
        try:
            yield started
        finally:
            reader.kill(started)
