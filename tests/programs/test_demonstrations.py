"""Every program runs to its end as a script, and complains of nothing."""

import subprocess
import sys

import pytest

from engine import ROOT

# Others run elsewhere: examples/measured in test_measuring.py, with less to do; examples/proved, in
# test_orders.py and test_interleavings.py; examples/practise, whose checker does, in
# test_practise.py; examples/threadsafety as rows of its table, see
# engine/rows.py; downloads and downloader, which need a network, and read_dump, which reads what it
# is given, in tests of their own.
PROGRAMS = [
    path
    for path in sorted((ROOT / "examples").rglob("*.py"))
    if not {"measured", "practise", "proved", "threadsafety"} & {part.name for part in path.parents}
    and path.stem not in {"downloads", "downloader", "read_dump"}
]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_it_runs_and_complains_of_nothing(path, tmp_path):
    if path.stem == "cluster":
        pytest.importorskip("distributed", reason="distributed does not install on this CPython")
    for _ in range(2):  # what a first run leaves must not stop a second one
        run = subprocess.run(
            [sys.executable, path], cwd=tmp_path, capture_output=True, text=True, timeout=100
        )
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert run.stdout
