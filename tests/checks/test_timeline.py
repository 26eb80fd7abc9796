"""The recorder of timelines: every wait is seen, on its thread, in its order; so is every end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

from engine import ROOT, builds

RECORDER = ROOT / "examples/measured/timeline.py"
SVG = "{http://www.w3.org/2000/svg}"


class Recording:
    """A run of a program under the recorder, and what was recorded."""

    def __init__(self, folder, text, interrupt_at=None):
        (folder / "program.py").write_text(text)
        command = [sys.executable, RECORDER, "--json", "t.json", "--svg", "t.svg", "program.py"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, cwd=folder, **pipes) as process:
            printed = []
            if interrupt_at:
                while not printed or printed[-1].strip() not in ("", interrupt_at):
                    printed.append(process.stdout.readline())
                process.send_signal(signal.SIGINT)
            try:
                rest, self.errors = process.communicate(timeout=60)
            finally:
                process.kill()
        self.printed, self.status = "".join(printed) + rest, process.returncode
        found = json.loads((folder / "t.json").read_text())
        self.lanes, self.words = found["lanes"], found["words"]
        self.drawing = ElementTree.parse(folder / "t.svg")
        self.texts = {text.text for text in self.drawing.iter(f"{SVG}text")}

    def states(self):
        return {lane["thread"]: {span[0] for span in lane["spans"]} for lane in self.lanes}

    def lane(self, name):
        (found,) = [lane for lane in self.lanes if lane["thread"] == name]
        return found


@pytest.fixture
def record(tmp_path):
    return lambda text, **options: Recording(tmp_path, text, **options)


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
    run = record(LOCKED)
    assert run.status == 0, run.errors
    found = run.states()
    assert list(found) == ["MainThread", "holder", "other"]
    assert "sleeps or waits for I/O" in found["holder"]
    assert "waits for a lock" not in found["holder"]
    assert "waits for a lock" in found["other"]
    assert "waits for a thread" in found["MainThread"]
    assert "other" in run.words
    assert "not ended" not in run.words
    assert all(lane["ended"] for lane in run.lanes)


def test_the_spans_of_a_lane_follow_each_other_without_a_gap(record):
    for lane in record(LOCKED).lanes:
        ends = [span[2] for span in lane["spans"]]
        starts = [span[1] for span in lane["spans"]]
        assert starts[1:] == ends[:-1]
        assert all(start < end for start, end in zip(starts, ends, strict=True))


def test_every_thread_has_a_lane_in_the_drawing(record):
    texts = record(LOCKED).texts
    assert {"MainThread", "holder", "other", "waits for a lock"} <= texts
    assert "has not ended" not in texts


DEADLOCK = """
import threading
a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
def one():
    with a:
        both.wait()
        with b:
            pass
def two():
    with b:
        both.wait()
        {then}
        with a:
            pass
"""
TELL = """
def tell():
    while sum(thread.name in "one two" for thread in threading.enumerate()) < 2: pass
    import time; time.sleep(0.3)
    print("hangs", flush=True)
"""
THREADS = """
for f in (one, two): threading.Thread(target=f, name=f.__name__{daemon}).start()
tell()
"""
CIRCLE = "Deadlock: one waits for two, two waits for one."


def test_ctrl_c_draws_a_deadlock_with_who_holds_and_who_waits(record):
    run = record(DEADLOCK.format(then="") + TELL + THREADS.format(daemon=""), interrupt_at="hangs")
    assert run.status == 130
    assert CIRCLE in run.words
    assert re.search(r"one .*waits for the lock of program.py:3, which two holds", run.words)
    for name in ("one", "two"):
        assert run.lane(name)["spans"][-1][0] == "waits for a lock"
        assert not run.lane(name)["ended"]
    assert {"one", "two", "has not ended", "leads to who holds the lock"} <= run.texts


def test_ctrl_c_draws_a_deadlock_that_main_is_a_part_of(record):
    main = "threading.current_thread().name = 'two'\n"
    main += "threading.Thread(target=one, name='one').start()\n"
    main += "threading.Timer(0.5, print, ['hangs'], {'flush': True}).start()\ntwo()\n"
    run = record(DEADLOCK.format(then="") + main, interrupt_at="hangs")
    assert "KeyboardInterrupt" in run.errors
    assert "Deadlock: two waits for one, one waits for two." in run.words


def test_a_deadlock_of_daemons_is_drawn_at_the_end_of_main(record):
    daemons = THREADS.format(daemon=", daemon=True")
    run = record(DEADLOCK.format(then="") + TELL + daemons)
    assert (run.status, run.printed) == (0, "hangs\n"), run.errors
    assert CIRCLE in run.words


def test_daemon_workers_have_lanes(record):
    run = record("""
import queue, threading, time
work = queue.Queue()
def serve():
    while True:
        work.get()
        time.sleep(0.05)
        work.task_done()
for n in range(3): threading.Thread(target=serve, name=f"daemon {n}", daemon=True).start()
for n in range(6): work.put(n)
work.join()
time.sleep(0.3)  # meanwhile all three wait for more
""")
    assert run.status == 0, run.errors
    for n in range(3):
        assert not run.lane(f"daemon {n}")["ended"]
        assert "waits for a thread" in run.states()[f"daemon {n}"]
    assert run.lane("MainThread")["ended"]
    assert "Deadlock" not in run.words


def test_a_condition_that_waits_does_not_hold_its_lock(record):
    run = record("""
import threading, time
condition, never = threading.Condition(), threading.Event()
waiting, holding = threading.Event(), threading.Event()
def waits():
    with condition:
        waiting.set()
        condition.wait()
def holds():
    with condition, condition:
        holding.set()
        never.wait()
def wants():
    with condition: pass
for f in (waits, holds, wants):
    threading.Thread(target=f, name=f.__name__, daemon=True).start()
    {waits: waiting, holds: holding, wants: threading.Event()}[f].wait(0.3)
""")
    assert run.status == 0, run.errors
    assert run.lanes[run.lane("wants")["holder"]]["thread"] == "holds"
    assert run.lane("waits")["holder"] is None
    assert run.lane("holds")["holder"] is None


CLOCKED = """
import threading, time
def work():
    while time.thread_time() < 0.1: pass
    print(time.thread_time())
thread = threading.Thread(target=work, name="worker")
thread.start()
thread.join()
"""


def test_the_end_of_a_wait_makes_a_thread_the_holder_again(record):
    run = record("""
import threading
condition, never, waiting = threading.Condition(), threading.Event(), threading.Event()
back = threading.Event()
def waits():
    with condition:
        waiting.set()
        condition.wait()
        back.set()
        never.wait()
def wants():
    with condition: pass
threading.Thread(target=waits, name="waits", daemon=True).start()
waiting.wait()
with condition: condition.notify()
back.wait()
thread = threading.Thread(target=wants, name="wants", daemon=True)
thread.start()
thread.join(0.3)
""")
    assert run.status == 0, run.errors
    assert run.lanes[run.lane("wants")["holder"]]["thread"] == "waits"


def test_a_lane_is_filled_by_what_the_threads_own_clock_says(record):
    run = record(CLOCKED)
    cpu = run.lane("worker")["cpu"]
    if not hasattr(time, "pthread_getcpuclockid"):
        assert cpu is None
        return
    busy = sum((end - start) * share for start, end, share in cpu)
    assert busy == pytest.approx(float(run.printed), rel=0.1)
    assert all(0 <= share <= 1 for *_, share in cpu)
    assert "worker runs without waiting, has a core for" in run.words
    assert "on a core" in run.texts


def test_threads_that_compute_get_one_core_between_them_where_there_is_a_gil(record):
    four = CLOCKED.replace("    print(time.thread_time())\n", "").partition("thread =")[0]
    four += "threads = [threading.Thread(target=work) for _ in range(4)]\n"
    four += "for thread in threads: thread.start()\nfor thread in threads: thread.join()\n"
    lanes = [lane for lane in record(four).lanes[1:] if lane["cpu"]]
    busy = [(e - s) * share for lane in lanes for s, e, share in lane["cpu"]]
    passed = max(lane["spans"][-1][2] for lane in lanes) - min(
        lane["spans"][0][1] for lane in lanes
    )
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    assert len(lanes) == 4
    assert 0.36 < sum(busy) <= passed * 1.05 * (1 if gil else 4)


def test_a_thread_that_computes_has_a_core_and_one_that_sleeps_has_none(record):
    run = record("""
import threading, time
stop = threading.Event()
def computes():
    while not stop.is_set(): sum(range(1000))
def sleeps():
    for _ in range(20): time.sleep(0.02)
    stop.set()
threads = [threading.Thread(target=f, name=f.__name__) for f in (computes, sleeps)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""")
    assert run.status == 0, run.errors
    if not hasattr(time, "pthread_getcpuclockid"):
        return
    busy = {
        lane["thread"]: sum((end - start) * share for start, end, share in lane["cpu"])
        for lane in run.lanes
    }
    assert busy["computes"] > 5 * busy["sleeps"]


@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)() or sys.version_info >= (3, 14),
    reason="CPython may switch threads between taking a lock and the first line under it",
)
@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_the_recorder_adds_no_wait_for_a_lock(record, kind):
    run = record(f"""
import sys, threading
lock, count = threading.{kind}(), 0
sys.setswitchinterval(1e-6)
def work():
    global count
    for _ in range(20_000):
        with lock: count += 1
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(count)
""")
    assert (run.status, run.printed) == (0, "80000\n"), run.errors
    assert "waits for a lock" not in run.words


def test_the_lock_inside_an_event_is_no_lock_of_the_program(record):
    run = record("""
import threading, time
event = threading.Event()
def hold():
    with event._cond: time.sleep(0.2)
def want(): event.wait()
threads = [threading.Thread(target=f, name=f.__name__) for f in (hold, want)]
threads[0].start()
while not event._cond._lock.locked(): pass
threads[1].start()
threads[0].join()
event.set()
threads[1].join()
""")
    assert run.status == 0, run.errors
    assert "want waits for a thread" in run.words
    assert "waits for a lock" not in run.words


def test_a_thread_that_waits_for_its_own_lock_is_a_deadlock(record):
    run = record("""
import threading
lock = threading.Lock()
def twice():
    with lock, lock: pass
thread = threading.Thread(target=twice, name="alone", daemon=True)
thread.start()
thread.join(0.3)
""")
    assert "Deadlock: alone waits for alone." in run.words
    assert run.status == 0, run.errors


POOL = """
import time
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
pool = ThreadPoolExecutor(2, thread_name_prefix="pool")
print(sorted(pool.map(lambda n: time.sleep(0.1) or n, range(2))))
queue = Queue()
queue.put("item")
print(queue.get())
"""


@pytest.mark.parametrize("end", ["pool.shutdown()", "time.keep = pool"])
def test_pools_and_queues_work_under_the_recorder(record, end):
    run = record(POOL + end)
    assert (run.status, run.printed) == (0, "[0, 1]\nitem\n"), run.errors
    assert {"pool_0", "pool_1"} <= set(run.states())


FORK = """
import os
if os.fork() == 0:
    threading.current_thread().name = "child"
    time.sleep(0.5)  # and ends last
"""


@pytest.mark.parametrize(
    ("end", "status", "error"),
    [
        ("1 / 0", 1, "ZeroDivisionError"),
        ("raise SystemExit(3)", 3, ""),
        ("import os; os.chdir('/')", 0, ""),
        ("assert threading.enumerate() == [threading.main_thread()]", 0, ""),
        (FORK, 0, ""),
        ("threading.RLock().release()", 1, "RuntimeError"),
        ("lock.release()", 1, "RuntimeError"),
        ("assert not lock.locked() and lock.acquire() and not lock.acquire(False)", 0, ""),
    ],
)
def test_a_program_ends_as_without_the_recorder_and_is_drawn(record, end, status, error):
    run = record(LOCKED + end)
    assert run.status == status
    assert error in run.errors
    assert bool(error) == bool(run.errors)
    assert list(run.states()) == ["MainThread", "holder", "other"]


def test_a_program_that_deals_with_ctrl_c_is_drawn_to_its_end(record):
    run = record(
        "import threading, time\n"
        "try:\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    thread = threading.Thread(target=print, args=['goes on'], name='late')\n"
        "    thread.start(); thread.join()\n",
        interrupt_at="ready",
    )
    assert (run.status, run.printed) == (0, "ready\ngoes on\n"), run.errors
    assert run.lane("late")["ended"]


def test_without_a_program_a_sample_is_drawn(tmp_path):
    command = [sys.executable, RECORDER]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    texts = {text.text for text in ElementTree.parse(tmp_path / "timeline.svg").iter(f"{SVG}text")}
    assert {"worker 1", "worker 2", "waits for a lock"} <= texts
    assert os.listdir(tmp_path) == ["timeline.svg"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["gone.py"], "there is no file gone.py"), (["--svg", "no/t.svg", "a.py"], "no/t.svg")],
)
def test_what_cannot_be_recorded_is_one_line_before_the_program_runs(tmp_path, arguments, message):
    (tmp_path / "a.py").write_text("print('ran')")
    command = [sys.executable, RECORDER, *arguments]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert message in answer.stderr.splitlines()[-1]
    assert os.listdir(tmp_path) == ["a.py"]


PAGE = """\
# A page

```python
{code}
```

![Two threads](made:timeline{more})
"""


@pytest.fixture
def build(project):
    for program in RECORDER.parent.glob("timeline*.py"):
        project.write(f"examples/measured/{program.name}", program.read_text("utf-8"))

    def build(code, more=""):
        status, output = project.build({"page.md": PAGE.format(code=code, more=more)})
        html = project.folder / "site-small/page/index.html"
        return status, output, html.read_text("utf-8") if status == 0 else ""

    return build


def test_a_marked_block_gets_a_figure_on_each_build_that_it_asks_for(build):
    status, output, html = build("import threading", "/free-threaded")
    assert status == 0, output
    labels = re.findall('<figure class="plot"[^>]*><svg role="img" aria-label="([^"]*)', html)
    free = [b.name for b in builds.found() if b.free_threaded][:1]
    names = [builds.this().name, *free]
    assert [label.partition(". ")[0] for label in labels] == [
        f"Two threads, on CPython {name}" for name in dict.fromkeys(names)
    ]


@pytest.mark.parametrize(
    ("code", "more", "message"),
    [
        ("1 / 0", "", "did not end under the recorder"),
        ("import threading", "/unknown", "no build is known as unknown"),
    ],
)
def test_a_block_that_cannot_be_recorded_fails_the_build(build, code, more, message):
    status, output, _ = build(code, more)
    assert status != 0
    assert f"page.md:7: {message}" in output
