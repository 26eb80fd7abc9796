"""The search of all orders: right about the corpus, and clear where it cannot judge."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from test_corpus import FOLDER, NAMES, load
from tool_runs import HARNESS

ORDERS = Path(__file__).parents[2] / "examples/proved/orders.py"
COUNTER = """
import threading

counter = 0

def add():
    global counter
    counter += 1

def test_add():
    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert counter == 2
"""


def search(path, *arguments, python=(), timeout=600):
    """Run the program; return its exit status and what it printed."""
    command = [sys.executable, *(python or [ORDERS]), *arguments, path]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=timeout
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def test_file(tmp_path):
    def write(text, name="test_it.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def needed(name):
    return tuple(map(int, getattr(load(name), "NEEDS", "3.11").split(".")))


@pytest.mark.parametrize("name", [name for name in NAMES if needed(name) <= sys.version_info])
def test_it_breaks_what_is_racy_and_not_its_fix(name, test_file):
    path = test_file((FOLDER / f"{name}.py").read_text() + HARNESS)
    status, text = search(f"{path}::test_Bad", "--seconds", "30")
    assert (status, "::test_Bad: breaks" in text) == (1, True), text
    _, text = search(f"{path}::test_Fixed", "--seconds", "0.3")  # tools.json has longer searches
    said = text.partition("::test_Fixed: ")[2]
    assert said.startswith(("holds in all orders", "no verdict: without preemptions")), text


def test_an_order_that_breaks_is_told_and_can_be_run_again(test_file):
    path = test_file(COUNTER)
    status, text = search(path)
    assert status == 1
    assert text.splitlines()[2] == "  line 14: assert counter == 2"
    steps = re.findall(r"^  ([bc]) .*# (.+)$", text, re.M)
    first, second = steps[0][0], "bc".replace(steps[0][0], "")
    assert steps == [
        (first, "reads counter"),
        (second, "reads counter, changes counter"),
        (first, "changes counter"),
    ]
    order = re.search(r"--order (\S+)", text)[1]
    again = search(path, "--order", order)
    assert again[0] == 1
    assert again[1].splitlines()[1:] == text.splitlines()[1:]


def test_many_threads_hide_no_break_of_one_preemption(test_file):
    path = test_file(COUNTER.replace("range(2)", "range(40)").replace("== 2", "== 40"))
    status, text = search(f"{path}::test_add", "--seconds", "30")
    assert status == 1, text
    order = re.search(r"--order (\S+)", text)[1]
    assert "<z" in order
    assert (
        search(f"{path}::test_add", "--order", order)[1].splitlines()[1:] == text.splitlines()[1:]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "holds in all orders, by instruction ("),
        (("--lines",), "holds in all orders, by line ("),
        (("--switches", "0"), "holds in all orders with at most 0 preemptions,"),
        (("--switches", "1"), "holds in all orders with at most 1 preemption, by instruction\n"),
    ],
)
def test_a_verdict_says_what_was_covered(test_file, arguments, said):
    locked = COUNTER.replace("counter += 1", "with lock: counter += 1")
    locked = locked.replace("range(2)", "range(3)").replace("== 2", "== 3")
    path = test_file(locked.replace("counter = 0", "counter, lock = 0, threading.Lock()", 1))
    status, text = search(path, *arguments)
    assert (status, said in text) == (0, True), text


@pytest.mark.parametrize(
    ("thread", "bounded"),
    [
        ("threading.Thread(target=threading.Event().wait, args=[5])", True),
        ("threading.Thread(target=threading.Event().wait, args=[0.5])", False),
        ("threading.Thread(target=time.sleep, args=[5])", False),
        ("threading.Timer(5, print)", False),
    ],
)
def test_a_verdict_says_which_timeouts_could_not_end(test_file, thread, bounded):
    text = f"""
def test_it():
    thread = {thread}
    thread.start()
    time.sleep(1)
    thread.join()
"""
    status, printed = search(test_file("import threading, time\n" + text))
    said = "timeouts of 1 s or more end only where no thread can go on" in printed
    assert (status, said) == (0, bounded), printed


def test_between_lines_less_is_seen(test_file):
    assert search(test_file(COUNTER), "--lines")[0] == 0


def test_a_deadlock_names_threads_and_what_they_hold_and_want(test_file):
    status, text = search(
        test_file("""
import threading

left, right = threading.Lock(), threading.RLock()

def one():
    with left:
        with right: pass

def two():
    with right:
        with left: pass

def test_both():
    threads = [threading.Thread(target=one), threading.Thread(target=two)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
""")
    )
    assert status == 1
    assert "deadlock: no thread can go on" in text
    assert re.search(r"thread b, line 8: .*\n    waits for right, holds left\n", text)
    assert re.search(r"thread c, line 12: .*\n    waits for left, holds right\n", text)


def test_a_notify_that_nobody_hears_is_told(test_file):
    source = (FOLDER / "condition_without_predicate.py").read_text()
    status, text = search(f"{test_file(source + HARNESS)}::test_Bad")
    assert status == 1
    assert "notifies, and nobody waits" in text
    assert "waits for a notify" in text


PING_PONG = """
import threading

lock = threading.Lock()

class Game:
    a = b = c = d = reached = False

    def ping(self):
        self.a = True
        if self.b:
            self.c = True
            self.reached = self.d

    def pong(self):
        if self.a:
            self.b = True
            if self.c:
                self.d = True

class LockedGame(Game):
    def ping(self):
        with lock:
            super().ping()

    def pong(self):
        with lock:
            super().pong()

def play(game):
    threads = [threading.Thread(target=f) for f in (game.ping, game.pong)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not game.reached

def test_game(): play(Game())

def test_locked_game(): play(LockedGame())
"""


def test_three_preemptions_and_a_lock_of_the_module(test_file):
    """What the page says that frontrun misses."""
    path = test_file(PING_PONG)
    assert search(f"{path}::test_game", "--switches", "2")[0] == 0
    assert search(f"{path}::test_game", "--switches", "3")[0] == 1
    assert "holds in all orders, by instruction" in search(f"{path}::test_locked_game")[1]


REWRITTEN = """
import importlib, pathlib, threading

def test_it():
    beside = pathlib.Path(__file__).with_name("settings.py")
    beside.write_text("limit = 1\\n")
    import settings
    beside.write_text("limit = 22\\n")
    importlib.reload(settings)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(settings.limit)) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert seen == [22, 22]
"""


def test_a_module_that_the_test_writes_anew(test_file):
    found, text = search(test_file(REWRITTEN))
    assert found == 0, text
    assert "holds in all orders" in text


SLEEPY = """
import threading, time

def test_it():
    done = []
    def work():
        time.sleep({sleep})
        done.append(1)
    thread = threading.Thread(target=work)
    thread.start()
    {wait}
    assert done
"""


@pytest.mark.parametrize(
    ("sleep", "wait", "status"),
    [
        (0.1, "time.sleep(10)", 1),  # sleeping is not waiting
        (10, "thread.join(timeout=0.5)", 1),
        (10, "thread.join(timeout=60)", 0),  # a guard against hanging
        (3600, "thread.join()", 0),  # nobody waits for an hour
    ],
)
def test_sleeps_and_timeouts(test_file, sleep, wait, status):
    found, text = search(test_file(SLEEPY.format(sleep=sleep, wait=wait)), timeout=60)
    assert found == status, text


QUICK = f"""
import sys
sys.path.insert(0, {str(ORDERS.parent)!r})
import orders
orders.STUCK = 1
sys.exit(orders.main())
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("while True: x = counter", "no verdict: an order takes more than"),
        ("import os; os.read(os.pipe()[0], 1)", "no verdict: no step for"),
        ("import uuid; [counter for _ in range(uuid.uuid4().int % 5)]", "does not do the same"),
    ],
)
def test_it_says_that_it_cannot_judge(test_file, body, said):
    path = test_file(COUNTER.replace("counter += 1", f"counter += 1; counter -= 1\n    {body}"))
    path.write_text(path.read_text().replace("assert counter == 2", "pass"))
    status, text = search(path, python=("-c", QUICK))
    assert (status, said in text) == (2, True), text


@pytest.mark.parametrize(
    ("loop", "update", "seconds", "status"),
    [
        ("while n < 2_000: n += 1", "counter += 1", 20, 1),
        ("while n < 2_000: n += 1", "with lock: counter += 1", 20, 0),
        ("while True: pass", "with lock: counter += 1", 3, 2),
    ],
)
def test_a_long_loop_that_touches_nothing_hides_no_order(test_file, loop, update, seconds, status):
    text = COUNTER.replace("counter = 0", "counter, lock = 0, threading.Lock()", 1)
    path = test_file(text.replace("counter += 1", f"n = 0\n    {loop}\n    {update}"))
    found, said = search(path, "--seconds", str(seconds))
    assert found == status, said


def test_it_says_so_when_no_order_comes_to_its_end(test_file):
    known = "orders.Order.decide = lambda self, task: self.end(None)"
    python = ("-c", QUICK.replace("sys.exit", f"{known}; sys.exit"))
    status, text = search(f"{test_file(COUNTER)}::test_add", python=python)
    assert (status, "no verdict: no order has come to its end" in text) == (2, True), text


def test_it_watches_also_a_first_order_that_is_late(test_file):
    path = test_file("import os\ndef test_it(): os.read(os.pipe()[0], 1)")
    late = "run = orders.Search.run; orders.Search.run = lambda *a: [time.sleep(0.5), run(*a)][1]"
    python = ("-c", QUICK.replace("sys.exit", f"import time; {late}; sys.exit"))
    status, text = search(f"{path}::test_it", python=python, timeout=60)
    assert (status, "line 2: def test_it(): os.read" in text) == (2, True), text


def test_ctrl_c_ends_it_with_a_line(test_file):
    source = (FOLDER / "pool_full_of_waiting_tasks.py").read_text()
    running = subprocess.Popen(
        [sys.executable, ORDERS, f"{test_file(source + HARNESS)}::test_Fixed"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(5)
    os.kill(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert (running.returncode, error) == (130, "")
    assert re.fullmatch(
        r"test_it\.py::test_Fixed: no verdict: interrupted after [\d,]+ runs\n", out
    )


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("def test_it(", (), "was never closed"),
        ("x = 1", (), "there is no function test_"),
        (COUNTER, ("--order", "3b"), "--order 3b: not an order"),
        (COUNTER, ("--order", "12"), "--order 12: not an order"),
    ],
)
def test_what_cannot_be_run_is_named(test_file, text, arguments, said):
    status, printed = search(test_file(text), *arguments)
    assert (status, said in printed) == (2, True), printed


BEGIN = """
import copy, functools, json, queue, threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event, Thread

"""
TESTS = {
    "the first step after start": """
x = 0
def work():
    global x
    x = 1
def test_it():
    thread = Thread(target=work)
    thread.start()
    assert x == 0
    thread.join()
""",
    "after a signal, before a join": """
def test_it():
    out, ready = [], Event()
    def work():
        ready.set()
        out.append(1)
    thread = Thread(target=work)
    thread.start()
    ready.wait()
    seen = len(out)
    thread.join()
    assert seen == 1
""",
    "a library that reads in the middle": """
def test_it():
    both, seen = {"a": 1, "b": 1}, []
    def work():
        both["a"] = 2
        both["b"] = 2
    thread = Thread(target=work)
    thread.start()
    seen.append(json.loads(json.dumps(both)))
    thread.join()
    assert seen[0]["a"] == seen[0]["b"]
""",
    "a C function as a thread": """
def test_it():
    found = {"key": 1}
    thread = Thread(target=functools.partial(found.clear))
    thread.start()
    if "key" in found:
        found["key"]
    thread.join()
""",
    "a C function as a job": """
def test_it():
    found = []
    with ThreadPoolExecutor() as pool:
        pool.submit(found.append, 1)
        empty = not found
    assert empty
""",
    "as_completed": """
def test_it():
    total = 0
    def add(number):
        nonlocal total
        total += number
    with ThreadPoolExecutor(2) as pool:
        for future in as_completed([pool.submit(add, n) for n in (1, 2)]):
            future.result()
    assert total == 3
""",
    "arguments that change": """
def test_it():
    options, got = {"n": 1}, []
    def work(n):
        got.append(n)
    thread = Thread(target=work, kwargs=options)
    thread.start()
    options["n"] = 2
    thread.join()
    assert got == [2]
""",
    "a thread that is about to end": """
def test_it():
    done = Event()
    thread = Thread(target=done.set)
    thread.start()
    done.wait()
    assert not thread.is_alive()
""",
    "a list in a tuple": """
def test_it():
    inner = [1]
    state, want, seen = (0, inner), (0, [1, 2]), []
    def work():
        inner.append(2)
        inner.pop()
    thread = Thread(target=work)
    thread.start()
    if state == want:
        seen.append(1)
    thread.join()
    assert not seen
""",
    "arguments out of a list": """
def test_it():
    shared, got = [1], []
    def keep(*items):
        got.extend(items)
    def work():
        shared.append(2)
    thread = Thread(target=work)
    thread.start()
    keep(*shared)
    thread.join()
    assert got == [1]
""",
    "a comparison of the test in the middle of a library's": """
class Key:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return self.n == other.n
def test_it():
    box, key = [Key(1), Key(2), Key(3)], Key(3)
    found = []
    def work():
        box.pop(0)
    thread = Thread(target=work)
    thread.start()
    found.append(key in box)
    thread.join()
    assert found == [True]
""",
    "a lock that is asked for with a short timeout": """
def test_it():
    lock, box, got = threading.Lock(), [], []
    def work():
        with lock:
            box.append(1)
    thread = Thread(target=work)
    thread.start()
    if box:
        got.append(lock.acquire(timeout=0.01))
    thread.join()
    assert got != [False]
""",
    "the delay of a Timer": """
def test_it():
    box = []
    timer = threading.Timer(5, box.append, [1])
    timer.start()
    time.sleep(5)
    timer.cancel()
    timer.join()
    assert not box
""",
    "another class for an object": """
class Open:
    def send(self): pass
class Closed: pass
def test_it():
    door = Open()
    def close():
        door.__class__ = Closed
    thread = Thread(target=close)
    thread.start()
    if door.__class__ is Open:
        door.send()
    thread.join()
""",
    "a cell by its contents": """
def test_it():
    n = 0
    def get(): return n
    cell, = get.__closure__
    def add():
        cell.cell_contents = get() + 1
    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert n == 2
""",
    "a loop whose body rebinds what it goes over": """
def test_it():
    shared, out = [1, 2], []
    thread = Thread(target=lambda: shared.insert(0, 9))
    thread.start()
    items = shared
    for x in items:
        items = None
        out.append(x)
    thread.join()
    assert out in ([1, 2], [9, 1, 2])
""",
    "a comprehension whose variable has the name of what it goes over": """
def test_it():
    shared, out = [1, 2], []
    thread = Thread(target=lambda: shared.insert(0, 9))
    thread.start()
    xs = shared
    out += [xs for xs in xs]
    thread.join()
    assert out in ([1, 2], [9, 1, 2])
""",
    "a comprehension over a local with the name of a global": """
twin = []
def test_it():
    shared, out = [1, 2], []
    thread = Thread(target=lambda: shared.insert(0, 9))
    thread.start()
    twin = shared
    out += [x for x in twin]
    thread.join()
    assert out in ([1, 2], [9, 1, 2])
""",
    "a generator expression over a local with the name of a global": """
twin = []
def test_it():
    shared, out = [2, 1, 2], []
    thread = Thread(target=lambda: shared.pop(0))
    thread.start()
    twin = shared
    out += (x for x in twin if x == 1)
    thread.join()
    assert out == [1]
""",
    "what a queue holds": """
def test_it():
    jobs = queue.Queue()
    jobs.put(1)
    def take():
        if len(jobs.queue):
            jobs.get_nowait()
    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
""",
}


# With few orders, which were thousands where such code was taken for the library's.
FEW = {
    "acquire and release": """
lock, n = threading.Lock(), 0
def work():
    global n
    lock.acquire()
    try:
        n += 1
    finally:
        lock.release()
""",
    "acquire of a Condition": """
changed, n = threading.Condition(), 0
def work():
    global n
    changed.acquire()
    n += 1
    changed.release()
""",
    "an exception of a module that has the name of an attribute": """
jobs = queue.Queue()
jobs.put(1)
def work():
    try:
        jobs.get_nowait()
    except queue.Empty:
        pass
""",
    "an attribute of the test's own with such a name": """
class Worker:
    def __init__(self):
        self.queue, self.lock = [], threading.Lock()
    def work(self):
        with self.lock:
            self.queue.append(1)
work = Worker().work
""",
    "a name of a closure that changes while a thread is held": """
def test_it():
    n, found = 0, [0]
    def work():
        nonlocal n
        n = 1
        found.append(1)
    thread = Thread(target=work)
    thread.start()
    found[0]
    thread.join()
    assert n == 1
""",
    "comprehensions that start and join": """
lock, n = threading.Lock(), 0
def work():
    global n
    with lock:
        n += 1
def test_it():
    threads = [Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert n == 2
""",
}
PAIR = """
def test_it():
    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in FEW.items()])
def test_what_is_not_the_library_s_needs_few_orders(test_file, text):
    path = test_file(BEGIN + text + PAIR * ("def test_it" not in text))
    _, printed = search(f"{path}::test_it", "--seconds", "20")
    runs = re.search(r"holds in all orders, by instruction \(([\d,]+) runs\)", printed)
    assert runs, printed
    assert int(runs[1].replace(",", "")) < 100, printed


def test_the_library_undoes_what_it_did_in_an_order_that_is_cut_short(test_file):
    text = """
import asyncio
lock, n = threading.Lock(), 0
def work():
    global n
    with lock: n += 1
def test_it():
    async def main():
        await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))
    asyncio.run(main())
    assert n == 2
"""
    path = test_file(BEGIN + text)
    status, printed = search(f"{path}::test_it", "--seconds", "3")
    assert (status, "holds in all orders" in printed) == (0, True), printed


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TESTS.items()])
def test_a_race_is_found_where_a_search_can_be_blind(test_file, text):
    status, printed = search(f"{test_file(BEGIN + text)}::test_it")
    assert (status, "::test_it: breaks" in printed) == (1, True), printed


# Whoever announces itself and then looks can see what the other does upon that.
LOOKS = {
    "what a slot holds": (
        "class Box: __slots__ = ('items',)\nbox, items = Box(), []\nbox.items = items",
        "box.items",
        "items.append(1)",
    ),
    "what a property returns": (
        "items = []\nclass Box: items = property(lambda self: items)\nbox = Box()",
        "box.items",
        "items.append(1)",
    ),
    "what __getattribute__ returns": (
        "items = []\nclass Box:\n  items = None\n"
        "  def __getattribute__(self, name): return items\n"
        "box = Box()",
        "box.items",
        "items.append(1)",
    ),
    "what a local of the thread holds": (
        "class Box(threading.local): items = None\nbox, items = Box(), []\nbox.items = items",
        "box.items",
        "items.append(1)",
    ),
    "a default": ("def f(n=0): return n", "f()", "f.__defaults__ = (1,)"),
    "the code of a function": ("def f(): return 0", "f()", "f.__code__ = (lambda: 1).__code__"),
}


@pytest.mark.parametrize("parts", [pytest.param(parts, id=name) for name, parts in LOOKS.items()])
def test_a_look_is_a_step_whatever_it_goes_through(test_file, parts):
    before, look, change = parts
    text = f"""
{before}
ready, seen = False, []
def say():
    global ready
    ready = True
    if {look}: seen.append(1)
def work():
    if ready: {change}
def test_it():
    thread = Thread(target=work)
    thread.start()
    say()
    thread.join()
    assert not seen
"""
    announce = "    ready = True\n"
    late = text.replace(announce, "").replace("def work", f"{announce}def work")
    said = [
        search(f"{test_file(BEGIN + body)}::test_it")[1].partition("::test_it: ")[2]
        for body in (text, late)
    ]
    assert [words.split()[0] for words in said] == ["breaks,", "holds"], said


def test_what_is_not_run_is_named(test_file):
    text = (
        BEGIN
        + """
async def test_coroutine(): pass
def test_parameter(n=1): pass
class TestClass:
    def test_method(self): pass
def race(): pass
test_data = [1]
test_lambda = lambda: race()
test_alias = race
test_partial = functools.partial(race)
def test_generator(): yield race()
"""
    )
    status, printed = search(test_file(text))
    assert status == 2
    assert printed.splitlines() == [
        "test_it.py::test_coroutine: no verdict: not run, a coroutine",
        "test_it.py::test_parameter: no verdict: not run, it has parameters",
        "test_it.py::test_generator: no verdict: the test is a generator, which nothing runs",
        "test_it.py::test_method: no verdict: not run, not a function of the module",
        "test_it.py::test_lambda: no verdict: not run, not a def",
        "test_it.py::test_alias: no verdict: not run, not a def",
        "test_it.py::test_partial: no verdict: not run, not a def",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import unittest\ndef test_it(): raise unittest.SkipTest('not here')",
            "is skipped: not here",
        ),
        (
            "import no_such_module\ndef test_it(): pass",
            "the file does not load: ModuleNotFoundError",
        ),
    ],
)
def test_what_does_not_run_is_not_broken(test_file, text, said):
    status, printed = search(f"{test_file(text)}::test_it")
    assert (status, said in printed) == (2, True), printed


def test_all_threads_are_listed(test_file):
    text = (
        BEGIN
        + """
def test_it():
    Thread(target=print).start()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            assert thread.native_id
            thread.join()
    assert threading.active_count() == 1
"""
    )
    assert search(f"{test_file(text)}::test_it")[0] == 0


def test_a_worker_that_raises_breaks(test_file):
    text = COUNTER.replace("counter += 1", "counter += 1; 1 / (counter - 2)")
    status, printed = search(test_file(text))
    assert status == 1
    assert re.search(r"thread [bc] raises ZeroDivisionError", printed)


def test_pytest_runs_tests_in_all_orders(test_file):
    path = test_file(COUNTER + "\n\ndef test_with_a_fixture(tmp_path):\n    assert tmp_path\n")
    environment = {**os.environ, "PYTHONPATH": str(ORDERS.parent), "PYTEST_ADDOPTS": ""}
    plugins = ["-p", "orders", "--orders", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "--rootdir", path.parent, path],
        capture_output=True,
        text=True,
        env=environment,
        cwd=path.parent,
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "breaks, in run" in done.stdout
    assert "changes counter" in done.stdout


WATCHES = """
from weakref import WeakValueDictionary
class Image: pass
class Cache:
    def __init__(self): self.images = WeakValueDictionary()
    def get(self, name):
        if name in self.images: return self.images[name]
"""
USES = """
import threading
from watches import Cache, Image
def test_it():
    cache, image = Cache(), Image()
    cache.images["a"] = image
    thread = threading.Thread(target=cache.get, args=("a",))
    thread.start()
    {end}
    thread.join()
"""


@pytest.mark.parametrize(("end", "status"), [("del image", 1), ("image", 0)])
def test_an_object_may_end_in_a_file_that_does_not_look_for_it(test_file, end, status):
    test_file(WATCHES, "watches.py")
    found, printed = search(test_file(USES.format(end=end)))
    assert (found, "KeyError" in printed) == (status, status == 1), printed


def test_a_local_name_may_end_where_a_reference_count_is_looked_at(test_file):
    text = """
import sys, threading
def test_it():
    shared, seen = [[]], []
    mine = shared[0]
    def look():
        seen.append(sys.getrefcount(shared[0]))
        seen.append(sys.getrefcount(shared[0]))
    thread = threading.Thread(target=look)
    thread.start()
    mine = None
    thread.join()
    assert seen[0] == seen[1]
"""
    status, printed = search(test_file(text))
    assert (status, "breaks" in printed) == (1, True), printed


@pytest.mark.parametrize("look", ["not q.empty()", "q.qsize()"])
def test_the_put_of_a_simple_queue_is_one_step(test_file, look):
    text = f"""
import queue, threading
def test_it():
    q = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: q.put(1))
    thread.start()
    if {look}: assert q.get_nowait() == 1
    thread.join()
    assert q.qsize() < 2
"""
    status, printed = search(test_file(text))
    assert (status, "holds in all orders, by instruction" in printed) == (0, True), printed


RUN = """
import contextlib, os, sys, threading, warnings
from unittest.mock import Mock

def run(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
PROXY = """
class Proxy:
    def __init__(self, target):
        self.target = target
    def __getattr__(self, name):
        return getattr(self.target, name)
def test_it():
    got = []
    run(lambda: got.append(Proxy("abc").upper()))
    assert got == ["ABC"]
"""
REMOTE = """
class Remote:
    def __init__(self):
        self.calls = []
    def __getattr__(self, name):
        return lambda: self.calls.append(name)
    def __call__(self):
        self.calls.append("call")
def test_it():
    remote = Remote()
    run(remote)
    assert remote.calls == ["call"]
"""
THREAD = """
class Named(threading.Thread):
    def __getattr__(self, name):
        assert name in ("_context", "_args"), f"nobody of the test asks for {name}"
        raise AttributeError(name)
    def run(self): pass
def test_it():
    thread = Named()
    thread.start()
    thread.join()
    assert thread in {thread}
"""
MOCK = """
def test_it():
    lock, callback = threading.Lock(), Mock()
    def call():
        with lock: callback(1)
    run(call, call)
    assert callback.call_count == 2
"""
RENAMED = """
total, lock = [0], threading.Lock()
def add(n):
    with lock: total[0] += n
class Made:
    def __init__(self): add(1)
def start(f, kind):
    run(lambda: f(1), lambda: kind())
def test_it():
    start(add, Made)
    assert total == [2]
"""


CLASSES = """
asked = []
class Asked(type):
    def __getattribute__(cls, name):
        asked.append(name)
        return type.__getattribute__(cls, name)
    def __eq__(cls, other): asked.append("eq")
    def __hash__(cls): asked.append("hash")
class Made(metaclass=Asked):
    def __init__(self): self.n = 0
    @property
    def __class__(self): asked.append("class")
class Kept(threading.Thread):
    def __setattr__(self, name, value):
        asked.append(name)
        super().__setattr__(name, value)
def test_it():
    def make(): made = Made(); made.n += 1; (made,)
    kept = Kept()
    run(make)
    del asked[:]
    run(make, make)
    assert kept in {kept} and asked == [], asked
"""
CALLABLE = """
class Once:
    def __init__(self, make): self.make, self.lock = make, threading.Lock()
    def __call__(self):
        with self.lock: return self.make()
def test_it():
    once, made = Once(lambda: 1), []
    run(lambda: made.append(once()), lambda: made.append(once()))
    assert made == [1, 1]
"""


@pytest.mark.parametrize("text", [PROXY, REMOTE, THREAD, MOCK, RENAMED, CLASSES, CALLABLE])
def test_the_search_calls_no_getattr_of_the_objects_of_a_test(test_file, text):
    status, printed = search(test_file(RUN + text))
    assert (status, "holds in all orders, by instruction" in printed) == (0, True), printed


def test_a_race_is_told_and_not_an_error_that_the_search_has_made(test_file):
    text = """
class Record:
    __slots__ = ("values",)
    def __init__(self, values): self.values = values
    def __getattr__(self, name): return self.values[name]
def test_it():
    record, lock, total = Record({"a": 1}), threading.Lock(), [0]
    def add():
        seen = record
        with lock: new = total[0] + seen.a
        with lock: total[0] = new
    run(add, add)
    assert total == [2]
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "raises AssertionError" in printed) == (1, True), printed


@pytest.mark.parametrize(
    ("context", "inside"),
    [
        ("contextlib.chdir(os.sep)", "os.getcwd() == os.sep"),
        ("contextlib.redirect_stdout(None)", "sys.stdout is None"),
    ],
)
def test_an_order_that_is_cut_short_undoes_what_the_library_did(test_file, context, inside):
    text = f"""
lock, seen = threading.Lock(), []
def look():
    with lock, {context}:
        seen.append({inside})
def test_it():
    assert not {inside}
    run(look, look)
    assert seen == [True, True]
    assert not {inside}
"""
    status, printed = search(test_file(RUN + text), "--seconds", "4")
    assert (status, "holds in all orders" in printed) == (0, True), printed


def test_a_module_beside_that_puts_an_object_in_its_place(test_file):
    test_file(
        "import sys\nclass Settings: loads = 0\nsys.modules[__name__] = Settings()\n", "settings.py"
    )
    text = """
import settings
def test_it():
    lock = threading.Lock()
    def load():
        with lock: settings.loads += 1
    run(load, load)
    assert settings.loads == 2
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "holds in all orders" in printed) == (0, True), printed


def test_warnings_that_two_threads_catch(test_file):
    text = """
def test_it():
    seen = []
    def warn():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("late")
            seen.append(len(caught))
    run(warn, warn)
    assert seen == [1, 1]
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "calls catch_warnings.__exit__" in printed) == (1, True), printed


def test_a_function_with_the_name_of_the_method_in_c_that_calls_it_is_called_back(test_file):
    text = """
def test_it():
    items, seen = [2, 1], []
    def sort(item): return item
    run(lambda: items.sort(key=sort), lambda: seen.append(len(items)))
    assert seen == [2]  # CPython empties the list while it sorts
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "raises AssertionError" in printed) == (1, True), printed


LONG_IF = "        x = x * 3 + 0\n" * 40
MANY_NAMES = "    " + "; ".join(f"Shared.a{n} = 0" for n in range(300)) + "\n"


@pytest.mark.parametrize(
    "work",
    [
        f"    x = 1\n    if jobs:\n        jobs.pop()\n{LONG_IF}",
        f"    x = 1\n    while jobs:\n        jobs.pop()\n{LONG_IF}",
        f"    if False:\n    {MANY_NAMES}    Shared.total += 1\n    assert Shared.total <= 1\n",
    ],
)
def test_an_instruction_with_a_large_argument_is_seen(test_file, work):
    text = f"""
jobs = [1]
class Shared: total = -1
def work():
{work}
def test_it():
    run(work, work)
    assert Shared.total in (-1, 1)
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "breaks, in run" in printed) == (1, True), printed


@pytest.mark.parametrize("name", ["min", "sorted", "print", "isinstance", "str"])
def test_a_builtin_that_a_test_patches_is_the_tests_and_not_that_of_the_search(test_file, name):
    text = f"""
import builtins
real, seen, lock = builtins.{name}, [], threading.Lock()
def patch():
    with lock:
        builtins.{name} = lambda *arguments: "patched"
        builtins.{name} = real
def look():
    seen.append({name} is real)
def look_with_lock():
    with lock: look()
def test_bad():
    run(patch, look)
    assert seen == [True]
def test_fixed():
    run(patch, look_with_lock)
    assert seen == [True]
"""
    path = test_file(RUN + text)
    status, printed = search(f"{path}::test_bad")
    assert (status, "raises AssertionError" in printed) == (1, True), printed
    status, printed = search(f"{path}::test_fixed")
    assert (status, "holds in all orders" in printed) == (0, True), printed


def test_a_source_in_another_encoding(test_file):
    text = f"# -*- coding: latin-1 -*-\n# \xe9\n{COUNTER}"
    path = test_file("")
    path.write_bytes(text.encode("latin-1"))
    status, printed = search(path)
    assert (status, "breaks, in run" in printed) == (1, True), printed


def test_a_library_that_the_search_cannot_use_is_no_fault_of_the_test(test_file):
    text = """
import builtins
real, seen = len, []
def patch():
    builtins.len = lambda *arguments: "patched"
    builtins.len = real
def test_it():
    run(patch, lambda: seen.append(len([1])))
"""
    status, printed = search(test_file(RUN + text))
    assert (status, "no verdict: the search fails with the library" in printed) == (2, True)
