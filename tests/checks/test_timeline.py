"""The recorder of timelines: every wait is seen, on its thread, in its order."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from engine import ROOT

RECORDER = ROOT / "examples/measured/timeline.py"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def record(tmp_path):
    """Run a program under the recorder; return (lanes, words, drawing, the run)."""

    def run(text):
        (tmp_path / "program.py").write_text(text)
        command = [sys.executable, RECORDER, "--json", "t.json", "--svg", "t.svg", "program.py"]
        answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        found = json.loads((tmp_path / "t.json").read_text())
        return found["lanes"], found["words"], ElementTree.parse(tmp_path / "t.svg"), answer

    return run


def states(lanes):
    return {lane["thread"]: {span[0] for span in lane["spans"]} for lane in lanes}


LOCKED = """
import threading, time
lock, held = threading.Lock(), threading.Event()
def hold():
    with lock:
        held.set()
        time.sleep(0.2)
def want():
    held.wait()
    with lock:
        pass
threads = [threading.Thread(target=f, name=name) for f, name in ((hold, "holder"), (want, "other"))]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_who_sleeps_and_who_waits_for_the_lock(record):
    lanes, words, _, answer = record(LOCKED)
    assert answer.returncode == 0, answer.stderr
    found = states(lanes)
    assert list(found) == ["MainThread", "holder", "other"]
    assert "sleeps or waits for I/O" in found["holder"]
    assert "waits for a lock" not in found["holder"]
    assert "waits for a lock" in found["other"]
    assert "waits for a thread" in found["MainThread"]
    assert "other" in words


def test_the_spans_of_a_lane_follow_each_other_without_a_gap(record):
    lanes, *_ = record(LOCKED)
    for lane in lanes:
        ends = [span[2] for span in lane["spans"]]
        starts = [span[1] for span in lane["spans"]]
        assert starts[1:] == ends[:-1]
        assert all(start < end for start, end in zip(starts, ends, strict=True))


def test_every_thread_has_a_lane_in_the_drawing(record):
    _, _, drawing, _ = record(LOCKED)
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert {"MainThread", "holder", "other", "waits for a lock"} <= set(texts)


POOL = """
import time
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
with ThreadPoolExecutor(2, thread_name_prefix="pool") as pool:
    print(sorted(pool.map(lambda n: time.sleep(0.1) or n, range(2))))
queue = Queue()
queue.put("item")
print(queue.get())
"""


def test_pools_and_queues_work_under_the_recorder(record):
    lanes, _, _, answer = record(POOL)
    assert answer.stdout == "[0, 1]\nitem\n", answer.stderr
    assert {"pool_0", "pool_1"} <= set(states(lanes))


def test_a_program_that_raises_is_drawn_and_fails(record):
    lanes, _, _, answer = record(LOCKED + "1 / 0\n")
    assert answer.returncode == 1
    assert "ZeroDivisionError" in answer.stderr
    assert len(lanes) == 3


PAGE = """\
# A page

<!--pytest.mark.timeline("Two threads")-->
```python
{code}
```
"""


@pytest.mark.parametrize(("code", "fails"), [("import threading", False), ("1 / 0", True)])
def test_a_marked_block_gets_a_figure_or_fails_the_build(project, code, fails):
    project.write("examples/measured/timeline.py", RECORDER.read_text("utf-8"))
    status, output = project.build({"page.md": PAGE.format(code=code)})
    assert (status != 0) == fails
    if fails:
        assert re.search(r"page.md:4: did not end under the recorder", output)
    else:
        html = (project.folder / "site-small/page/index.html").read_text("utf-8")
        assert re.search('<figure class="plot"[^>]*><svg role="img" aria-label="Two threads', html)
