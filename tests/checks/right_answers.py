"""Right answers to the exercises, of another kind than the solution; all must pass."""

RIGHT = {
    "ex01_counter": {
        "acquire finally": """\
from threading import Lock
class Counter:
    def __init__(self):
        self.value = 0
        self._lock = Lock()
    def add(self):
        self._lock.acquire()
        try:
            self.value += 1
        finally:
            self._lock.release()
""",
        "deque": """\
from collections import deque
class Counter:
    def __init__(self):
        self.adds = deque()
    def add(self):
        self.adds.append(None)
    @property
    def value(self):
        return len(self.adds)
""",
        "rlock dataclass": """\
from dataclasses import dataclass, field
import threading
@dataclass
class Counter:
    value: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    def add(self) -> None:
        with self.lock:
            self.value = self.value + 1
""",
    },
    "ex02_join": {
        "comprehension": """\
from threading import Thread
def run_all(jobs):
    threads = [Thread(target=job) for job in jobs]
    [t.start() for t in threads]
    [t.join() for t in threads]
""",
        "a timeout that never has to run out": """\
from threading import Thread
def run_all(jobs):
    threads = [Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        if thread.is_alive():
            raise TimeoutError(thread.name)
""",
        "the last job here": """\
from threading import Thread
def run_all(jobs):
    *others, last = jobs
    threads = [Thread(target=job) for job in others]
    for thread in threads:
        thread.start()
    last()
    for thread in threads:
        thread.join()
""",
    },
    "ex03_queue": {
        "semaphore": """\
from collections import deque
from threading import Semaphore, Thread
def copy(read, write, limit):
    items = deque()
    free, full = Semaphore(limit), Semaphore(0)
    def fill():
        while True:
            item = read()
            free.acquire()
            items.append(item)
            full.release()
            if item is None:
                return
    t = Thread(target=fill)
    t.start()
    while True:
        full.acquire()
        item = items.popleft()
        free.release()
        if item is None:
            break
        write(item)
    t.join()
""",
        "condition": """\
from threading import Condition, Thread
def copy(read, write, limit):
    items = []
    changed = Condition()
    def fill():
        for item in iter(read, None):
            with changed:
                changed.wait_for(lambda: len(items) < limit)
                items.append(item)
                changed.notify_all()
        with changed:
            items.append(None)
            changed.notify_all()
    t = Thread(target=fill)
    t.start()
    while True:
        with changed:
            while not items:
                changed.wait()
            item = items.pop(0)
            changed.notify_all()
        if item is None:
            break
        write(item)
    t.join()
""",
        "writer thread done event": """\
from queue import Queue, Empty
from threading import Thread, Event
def copy(read, write, limit):
    q = Queue(limit)
    done = Event()
    def fill():
        while (item := read()) is not None:
            q.put(item)
        done.set()
    t = Thread(target=fill)
    t.start()
    while True:
        try:
            item = q.get(timeout=0.1)
        except Empty:
            if done.is_set() and q.empty():
                break
            continue
        write(item)
    t.join()
""",
        "a poll of a second, once the reader has ended": """\
from queue import Queue, Empty
from threading import Thread, Event
def copy(read, write, limit):
    q = Queue(limit)
    done = Event()
    def fill():
        while (item := read()) is not None:
            q.put(item)
        done.set()
    t = Thread(target=fill)
    t.start()
    while True:
        try:
            item = q.get(timeout=1)
        except Empty:
            if done.is_set() and q.empty():
                break
            continue
        write(item)
    t.join()
""",
        "timeouts that guard": """\
from queue import Queue
from threading import Thread
def copy(read, write, limit):
    q = Queue(limit)
    def fill():
        for item in iter(read, None):
            q.put(item, timeout=30)
        q.put(None, timeout=30)
    t = Thread(target=fill)
    t.start()
    while (item := q.get(timeout=30)) is not None:
        write(item)
    t.join(30)
""",
    },
    "ex04_stop": {
        "condition": """\
from collections import deque
from threading import Condition, Thread
class Worker:
    def __init__(self):
        self.jobs = deque()
        self.closed = False
        self.changed = Condition()
        self.thread = Thread(target=self.work)
        self.thread.start()
    def submit(self, job):
        with self.changed:
            self.jobs.append(job)
            self.changed.notify()
    def work(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.jobs or self.closed)
                if not self.jobs:
                    return
                job = self.jobs.popleft()
            job()
    def stop(self):
        with self.changed:
            self.closed = True
            self.changed.notify()
        self.thread.join()
""",
        "get timeout empty": """\
from queue import Queue, Empty
from threading import Thread, Event
class Worker:
    def __init__(self):
        self.jobs = Queue()
        self.stopping = Event()
        self.thread = Thread(target=self.work)
        self.thread.start()
    def submit(self, job):
        self.jobs.put(job)
    def work(self):
        while True:
            stopping = self.stopping.is_set()
            try:
                job = self.jobs.get(timeout=0.1)
            except Empty:
                if stopping:
                    return
                continue
            job()
    def stop(self):
        self.stopping.set()
        self.thread.join()
""",
        "flag set by job": """\
from queue import Queue
from threading import Thread
class Worker:
    def __init__(self):
        self.jobs = Queue()
        self.stopping = False
        self.thread = Thread(target=self.work)
        self.thread.start()
    def submit(self, job):
        self.jobs.put(job)
    def work(self):
        while not self.stopping:
            job = self.jobs.get()
            job()
    def stop(self):
        def last():
            self.stopping = True
        self.jobs.put(last)
        self.thread.join()
""",
    },
    "ex05_order": {
        "sorted pairs": """\
from threading import Thread
def fetch_all(fetch, items):
    results = []
    def work(i, item):
        results.append((i, fetch(item)))
    threads = [Thread(target=work, args=(i, item)) for i, item in enumerate(items)]
    for t in threads: t.start()
    for t in threads: t.join()
    return [r for _, r in sorted(results)]
""",
        "thread class": """\
from threading import Thread
class Fetch(Thread):
    def __init__(self, fetch, item):
        super().__init__()
        self.fetch, self.item, self.result = fetch, item, None
    def run(self):
        self.result = self.fetch(self.item)
def fetch_all(fetch, items):
    threads = [Fetch(fetch, item) for item in items]
    for t in threads: t.start()
    for t in threads: t.join()
    return [t.result for t in threads]
""",
        "dataclass cell": """\
from dataclasses import dataclass
from threading import Thread
@dataclass
class Cell:
    value: str = ""
def fetch_all(fetch, items):
    cells = [Cell() for _ in items]
    def work(cell, item):
        cell.value = fetch(item)
    threads = [Thread(target=work, args=pair) for pair in zip(cells, items)]
    for t in threads: t.start()
    for t in threads: t.join()
    return [c.value for c in cells]
""",
    },
    "ex06_deadlock": {
        "one shared lock": """\
from threading import Lock
class Account:
    lock = Lock()
    def __init__(self, number, balance):
        self.number, self.balance = number, balance
def transfer(source, target, amount):
    with Account.lock:
        source.balance -= amount
        target.balance += amount
""",
        "global gate": """\
from threading import Lock
GATE = Lock()
class Account:
    def __init__(self, number, balance):
        self.number, self.balance = number, balance
        self.lock = Lock()
def transfer(source, target, amount):
    with GATE:
        with source.lock, target.lock:
            source.balance -= amount
            target.balance += amount
""",
    },
    "ex07_claim": {
        "setdefault": """\
class Names:
    def __init__(self):
        self.owners = {}
    def claim(self, name, owner):
        return self.owners.setdefault(name, owner) == owner
""",
        "double checked": """\
from threading import Lock
class Names:
    def __init__(self):
        self.owners = {}
        self.lock = Lock()
    def claim(self, name, owner):
        if name in self.owners:
            return False
        with self.lock:
            if name in self.owners:
                return False
            self.owners[name] = owner
            return True
""",
    },
    "ex08_lazy": {
        "double checked": """\
from threading import Lock
class Lazy:
    def __init__(self, make):
        self.make = make
        self.value = None
        self.lock = Lock()
    def get(self):
        if self.value is None:
            with self.lock:
                if self.value is None:
                    self.value = self.make()
        return self.value
""",
        "condition state": """\
from threading import Condition
class Lazy:
    def __init__(self, make):
        self.make, self.state, self.value = make, "new", None
        self.changed = Condition()
    def get(self):
        with self.changed:
            while self.state == "making":
                self.changed.wait()
            if self.state == "made":
                return self.value
            self.state = "making"
        value = self.make()
        with self.changed:
            self.value, self.state = value, "made"
            self.changed.notify_all()
        return value
""",
        "event": """\
from threading import Event, Lock
class Lazy:
    def __init__(self, make):
        self.make = make
        self.first = Lock()
        self.ready = Event()
        self.value = None
    def get(self):
        if self.first.acquire(blocking=False):
            self.value = self.make()
            self.ready.set()
        self.ready.wait()
        return self.value
""",
    },
    "ex09_condition": {
        "a timeout in the loop": """\
from threading import Condition
class Box:
    def __init__(self):
        self.items = []
        self.changed = Condition()
    def put(self, item):
        with self.changed:
            self.items.append(item)
            self.changed.notify()
    def take(self):
        with self.changed:
            while not self.items:
                self.changed.wait(timeout=5)
            return self.items.pop()
""",
        "queue": """\
from queue import Queue
class Box:
    def __init__(self):
        self.items = Queue()
    def put(self, item):
        self.items.put(item)
    def take(self):
        return self.items.get()
""",
        "semaphore": """\
from collections import deque
from threading import Semaphore
class Box:
    def __init__(self):
        self.items = deque()
        self.filled = Semaphore(0)
    def put(self, item):
        self.items.append(item)
        self.filled.release()
    def take(self):
        self.filled.acquire()
        return self.items.popleft()
""",
    },
    "ex10_cache": {
        "event per key": """\
from threading import Event, Lock
class Cache:
    def __init__(self, compute):
        self.compute, self.values, self.events, self.guard = compute, {}, {}, Lock()
    def get(self, key):
        while True:
            with self.guard:
                if key in self.values:
                    return self.values[key]
                event = self.events.get(key)
                if event is None:
                    mine = self.events[key] = Event()
            if event is not None:
                event.wait()
                continue
            try:
                value = self.compute(key)
                with self.guard:
                    self.values[key] = value
                return value
            finally:
                with self.guard:
                    del self.events[key]
                mine.set()
""",
        "condition inprogress": """\
from threading import Condition
class Cache:
    def __init__(self, compute):
        self.compute, self.values, self.busy = compute, {}, set()
        self.changed = Condition()
    def get(self, key):
        with self.changed:
            while key in self.busy:
                self.changed.wait()
            if key in self.values:
                return self.values[key]
            self.busy.add(key)
        try:
            value = self.compute(key)
            with self.changed:
                self.values[key] = value
        finally:
            with self.changed:
                self.busy.discard(key)
                self.changed.notify_all()
        return value
""",
        "setdefault bare": """\
from threading import Lock
class Cache:
    def __init__(self, compute):
        self.compute, self.values, self.locks = compute, {}, {}
    def get(self, key):
        with self.locks.setdefault(key, Lock()):
            if key not in self.values:
                self.values[key] = self.compute(key)
            return self.values[key]
""",
    },
    "ex11_permits": {
        "acquire finally": """\
from threading import Semaphore
class Limited:
    def __init__(self, limit):
        self.permits = Semaphore(limit)
    def call(self, fetch):
        self.permits.acquire()
        try:
            return fetch()
        finally:
            self.permits.release()
""",
        "queue tokens": """\
from queue import Queue
class Limited:
    def __init__(self, limit):
        self.tokens = Queue(limit)
        for n in range(limit):
            self.tokens.put(n)
    def call(self, fetch):
        token = self.tokens.get()
        try:
            return fetch()
        finally:
            self.tokens.put(token)
""",
        "condition": """\
from threading import Condition
class Limited:
    def __init__(self, limit):
        self.limit, self.busy, self.changed = limit, 0, Condition()
    def call(self, fetch):
        with self.changed:
            self.changed.wait_for(lambda: self.busy < self.limit)
            self.busy += 1
        try:
            return fetch()
        finally:
            with self.changed:
                self.busy -= 1
                self.changed.notify()
""",
    },
    "ex12_pipeline": {
        "join then none": """\
from queue import Queue
from threading import Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    def parse():
        while (text := to_parse.get()) is not None:
            try:
                to_write.put(int(text))
            except ValueError:
                pass
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    for p in parsers: p.join()
    to_write.put(None)
    while (n := to_write.get()) is not None:
        write(n)
""",
        "lock last parser": """\
from queue import Queue
from threading import Lock, Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    left, lock = 2, Lock()
    def parse():
        nonlocal left
        while (text := to_parse.get()) is not None:
            try:
                number = int(text)
            except ValueError:
                continue
            to_write.put(number)
        with lock:
            left -= 1
            if left == 0:
                to_write.put(None)
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    while (n := to_write.get()) is not None:
        write(n)
    for p in parsers: p.join()
""",
        "barrier": """\
from queue import Queue
from threading import Barrier, Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    end = Barrier(2, action=lambda: to_write.put(None))
    def parse():
        while (text := to_parse.get()) is not None:
            try:
                number = int(text)
            except ValueError:
                continue
            to_write.put(number)
        end.wait()
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    while (n := to_write.get()) is not None:
        write(n)
    for p in parsers: p.join()
""",
    },
    "ex13_readers": {
        "two locks classic": """\
from threading import Lock
class ReadWriteLock:
    def __init__(self):
        self.readers, self.guard, self.room = 0, Lock(), Lock()
    def acquire_read(self):
        with self.guard:
            self.readers += 1
            if self.readers == 1:
                self.room.acquire()
    def release_read(self):
        with self.guard:
            self.readers -= 1
            if self.readers == 0:
                self.room.release()
    def acquire_write(self):
        self.room.acquire()
    def release_write(self):
        self.room.release()
""",
        "writer holds lock": """\
from threading import Condition
class ReadWriteLock:
    def __init__(self):
        self.changed, self.readers = Condition(), 0
    def acquire_read(self):
        with self.changed:
            self.readers += 1
    def release_read(self):
        with self.changed:
            self.readers -= 1
            if self.readers == 0:
                self.changed.notify_all()
    def acquire_write(self):
        self.changed.acquire()
        while self.readers > 0:
            self.changed.wait()
    def release_write(self):
        self.changed.release()
""",
        "writer preference": """\
from threading import Condition
class ReadWriteLock:
    def __init__(self):
        self.c, self.readers, self.writing, self.waiting = Condition(), 0, False, 0
    def acquire_read(self):
        with self.c:
            while self.writing or self.waiting:
                self.c.wait()
            self.readers += 1
    def release_read(self):
        with self.c:
            self.readers -= 1
            self.c.notify_all()
    def acquire_write(self):
        with self.c:
            self.waiting += 1
            try:
                while self.writing or self.readers:
                    self.c.wait()
            finally:
                self.waiting -= 1
            self.writing = True
    def release_write(self):
        with self.c:
            self.writing = False
            self.c.notify_all()
""",
    },
    "ex14_retry": {
        "queue": """\
from queue import Queue
from threading import Thread
class Task:
    def __init__(self, fetch, attempts):
        self.answers = Queue()
        Thread(target=self.run, args=(fetch, attempts), daemon=True).start()
    def run(self, fetch, attempts):
        for n in range(attempts):
            try:
                self.answers.put((fetch(), None))
                return
            except Exception as error:
                last = error
        self.answers.put(("", last))
    def result(self):
        value, error = self.answers.get()
        self.answers.put((value, error))
        if error:
            raise error
        return value
""",
        "errors list": """\
from threading import Thread
class Task:
    def __init__(self, fetch, attempts):
        self.errors, self.values = [], []
        self.thread = Thread(target=self.run, args=(fetch, attempts))
        self.thread.start()
    def run(self, fetch, attempts):
        while not self.values and len(self.errors) < attempts:
            try:
                self.values.append(fetch())
            except Exception as error:
                self.errors.append(error)
    def result(self):
        self.thread.join()
        if self.values:
            return self.values[0]
        raise self.errors[-1]
""",
        "dataclass for else": """\
from dataclasses import dataclass
from threading import Thread
@dataclass
class Outcome:
    value: str = ""
    error: Exception | None = None
class Task:
    def __init__(self, fetch, attempts):
        self.fetch, self.attempts, self.outcome = fetch, attempts, Outcome()
        self.thread = Thread(target=self.run)
        self.thread.start()
    def run(self):
        for _ in range(self.attempts):
            try:
                self.outcome = Outcome(value=self.fetch())
                break
            except Exception as e:
                self.outcome = Outcome(error=e)
    def result(self):
        self.thread.join()
        if self.outcome.error is not None:
            raise self.outcome.error
        return self.outcome.value
""",
    },
    "ex15_pool": {
        "flat": """\
from concurrent.futures import Executor
def count_words(pool, documents):
    flat = [(i, part) for i, parts in enumerate(documents) for part in parts]
    totals = [0] * len(documents)
    futures = [(i, pool.submit(lambda p: len(p.split()), part)) for i, part in flat]
    for i, f in futures:
        totals[i] += f.result()
    return totals
""",
        "maps first": """\
def count(part):
    return len(part.split())
def count_words(pool, documents):
    maps = [pool.map(count, parts) for parts in documents]
    return [sum(m) for m in maps]
""",
        "lambda noarg": """\
def count_words(pool, documents):
    def task(part):
        return lambda: len(part.split())

    futures = [[pool.submit(task(part)) for part in parts] for parts in documents]
    return [sum(f.result() for f in row) for row in futures]
""",
    },
    "ex16_event": {
        "condition": """\
from threading import Condition
class LetterBox:
    def __init__(self):
        self.letters, self.changed = [], Condition()
    def put(self, letter):
        with self.changed:
            self.letters.append(letter)
            self.changed.notify()
    def take(self):
        with self.changed:
            while not self.letters:
                self.changed.wait()
            return self.letters.pop(0)
""",
        "semaphore": """\
from collections import deque
from threading import Semaphore
class LetterBox:
    def __init__(self):
        self.letters, self.bell = deque(), Semaphore(0)
    def put(self, letter):
        self.letters.append(letter)
        self.bell.release()
    def take(self):
        self.bell.acquire()
        return self.letters.popleft()
""",
        "clear in lock": """\
from threading import Event, Lock
class LetterBox:
    def __init__(self):
        self.letters, self.bell, self.lock = [], Event(), Lock()
    def put(self, letter):
        with self.lock:
            self.letters.append(letter)
            self.bell.set()
    def take(self):
        while True:
            self.bell.wait()
            with self.lock:
                if self.letters:
                    letter = self.letters.pop(0)
                    if not self.letters:
                        self.bell.clear()
                    return letter
""",
    },
    "ex17_port": {
        "rlock acquire": """\
from threading import RLock
class Statistics:
    def __init__(self):
        self.lock = RLock()
        self.count = self.total = self.longest = 0
    def record(self, seconds):
        self.lock.acquire()
        try:
            self.count += 1
            self.total += seconds
            self.longest = max(self.longest, seconds)
        finally:
            self.lock.release()
    def snapshot(self):
        self.lock.acquire()
        try:
            return (self.count, self.total, self.longest)
        finally:
            self.lock.release()
""",
        "immutable tuple": """\
from threading import Lock
class Statistics:
    def __init__(self):
        self.lock = Lock()
        self.state = (0, 0, 0)
    def record(self, seconds):
        with self.lock:
            count, total, longest = self.state
            self.state = (count + 1, total + seconds, max(longest, seconds))
    def snapshot(self):
        return self.state
""",
        "queue": """\
from queue import Queue
class Statistics:
    def __init__(self):
        self.box = Queue(1)
        self.box.put((0, 0, 0))
    def record(self, seconds):
        c, t, l = self.box.get()
        self.box.put((c + 1, t + seconds, max(l, seconds)))
    def snapshot(self):
        state = self.box.get()
        self.box.put(state)
        return state
""",
    },
}
