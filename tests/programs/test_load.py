"""What a test starts ends with it."""

import os
import select
import subprocess
import sys

import pytest

import load

STARTS_ANOTHER = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=sys.stderr)
print("started", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")
def test_what_a_process_started_ends_with_it_though_it_ended_itself():
    alive, held = os.pipe()  # at its end when no process has `held` any more
    command = [sys.executable, "-c", STARTS_ANOTHER]
    with load.process(command, stdout=subprocess.PIPE, stderr=held) as child:
        os.close(held)
        assert child.stdout.readline().strip() == b"started"
        child.wait()
    try:
        assert select.select([alive], [], [], 20)[0], "something still runs"
        assert os.read(alive, 1) == b""
    finally:
        os.close(alive)
