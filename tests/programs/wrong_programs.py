"""Wrong answers that are no change of the solution: the thought, what is told, the program."""

PROGRAMS = {
    "ex02_join": (
        (
            "the first and the last",
            "these jobs have ended",
            """\
from threading import Thread
def run_all(jobs):
    threads = [Thread(target=job) for job in jobs]
    for t in threads:
        t.start()
    threads[0].join()
    threads[-1].join()
""",
        ),
        (
            "the job is called, and its result is passed on",
            "deadlock: no thread can go on",
            """\
from threading import Thread
def run_all(jobs):
    threads = [Thread(target=job()) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
        ),
        (
            "a timeout of the join before the next start",
            "deadlock: until a timeout runs out no thread can go on",
            """\
from threading import Thread
def run_all(jobs):
    for job in jobs:
        t = Thread(target=job)
        t.start()
        t.join(5)
""",
        ),
    ),
    "ex03_queue": (
        (
            "all is read before the first is written, or 5 seconds",
            "deadlock: until a timeout runs out no thread can go on",
            """\
from queue import Queue
from threading import Thread
def copy(read, write, limit):
    waiting = Queue(limit)
    def fill():
        while (item := read()) is not None:
            waiting.put(item)
        waiting.put(None)
    reader = Thread(target=fill)
    reader.start()
    reader.join(5)
    while (item := waiting.get()) is not None:
        write(item)
    reader.join()
""",
        ),
        (
            "a sleep while it is full",
            "4 items are read",
            """\
import time
from queue import Queue
from threading import Thread
def copy(read, write, limit):
    q = Queue()
    def fill():
        while (item := read()) is not None:
            if q.qsize() >= limit:
                time.sleep(0.1)
            q.put(item)
        q.put(None)
    t = Thread(target=fill)
    t.start()
    while (item := q.get()) is not None:
        write(item)
    t.join()
""",
        ),
        (
            "what is not 0",
            "written was",
            """\
from queue import Queue
from threading import Thread
def copy(read, write, limit):
    q = Queue(limit)
    def fill():
        while item := read():
            q.put(item)
        q.put(None)
    t = Thread(target=fill)
    t.start()
    while item := q.get():
        write(item)
    t.join()
""",
        ),
        (
            "no thread at all",
            "deadlock",
            """\
def copy(read, write, limit):
    while (item := read()) is not None:
        write(item)
""",
        ),
    ),
    "ex04_stop": (
        (
            "the jobs are done, and the thread stays",
            "stop has returned, and the worker has not ended",
            """\
from queue import Queue
from threading import Thread
class Worker:
    def __init__(self):
        self.jobs = Queue()
        self.thread = Thread(target=self.work, daemon=True)
        self.thread.start()
    def submit(self, job):
        self.jobs.put(job)
    def work(self):
        while True:
            self.jobs.get()()
            self.jobs.task_done()
    def stop(self):
        self.jobs.join()
""",
        ),
        (
            "stopped, and nothing has come in time",
            "two jobs were submitted",
            """\
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
            try:
                job = self.jobs.get(timeout=0.1)
            except Empty:
                if self.stopping.is_set():
                    return
                continue
            job()
    def stop(self):
        self.stopping.set()
        self.thread.join()
""",
        ),
        (
            "no thread at all",
            "deadlock",
            """\
class Worker:
    def submit(self, job):
        job()
    def stop(self):
        pass
""",
        ),
        (
            "a thread for each job",
            "and done was",
            """\
from threading import Thread
class Worker:
    def __init__(self):
        self.threads = []
    def submit(self, job):
        t = Thread(target=job)
        t.start()
        self.threads.append(t)
    def stop(self):
        for t in self.threads:
            t.join()
""",
        ),
    ),
    "ex05_order": (
        (
            "no thread at all",
            "deadlock",
            """\
def fetch_all(fetch, items):
    return [fetch(item) for item in items]
""",
        ),
        (
            "sort by the items",
            "the results are",
            """\
from threading import Thread
def fetch_all(fetch, items):
    results = []
    def work(item):
        results.append((item, fetch(item)))
    threads = [Thread(target=work, args=[i]) for i in items]
    for t in threads: t.start()
    for t in threads: t.join()
    return [r for _, r in sorted(results)]
""",
        ),
        (
            "the index of an item that is there twice",
            "the results are",
            """\
from threading import Thread
def fetch_all(fetch, items):
    results = [""] * len(items)
    def work(item):
        results[items.index(item)] = fetch(item)
    threads = [Thread(target=work, args=[i]) for i in items]
    for t in threads: t.start()
    for t in threads: t.join()
    return results
""",
        ),
    ),
    "ex07_claim": (
        (
            "one name in all",
            "a name of its own",
            """\
from threading import Lock
class Names:
    def __init__(self):
        self.owners = {}
        self.lock = Lock()
    def claim(self, name, owner):
        with self.lock:
            if self.owners:
                return False
            self.owners[name] = owner
            return True
""",
        ),
        (
            "who finds the lock taken has lost",
            "a name of its own",
            """\
from threading import Lock
class Names:
    def __init__(self):
        self.owners = {}
        self.lock = Lock()
    def claim(self, name, owner):
        if not self.lock.acquire(blocking=False):
            return False
        try:
            if name in self.owners:
                return False
            self.owners[name] = owner
            return True
        finally:
            self.lock.release()
""",
        ),
        (
            "the lock stays taken on one way out",
            "deadlock",
            """\
from threading import Lock
class Names:
    def __init__(self):
        self.owners = {}
        self.lock = Lock()
    def claim(self, name, owner):
        self.lock.acquire()
        if name in self.owners:
            return False
        self.owners[name] = owner
        self.lock.release()
        return True
""",
        ),
    ),
    "ex08_lazy": (
        (
            "make it at once",
            "it was made before anybody has asked",
            """\
class Lazy:
    def __init__(self, make):
        self.value = make()
    def get(self):
        return self.value
""",
        ),
    ),
    "ex09_condition": (
        (
            "a timeout in place of notify",
            "deadlock: until a timeout runs out no thread can go on",
            """\
from threading import Condition
class Box:
    def __init__(self):
        self.items = []
        self.changed = Condition()
    def put(self, item):
        with self.changed:
            self.items.append(item)
    def take(self):
        with self.changed:
            while not self.items:
                self.changed.wait(1)
            return self.items.pop()
""",
        ),
        (
            "the item is taken behind the lock",
            "IndexError",
            """\
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
                self.changed.wait()
        return self.items.pop()
""",
        ),
    ),
    "ex10_cache": (
        (
            "the locks need no lock",
            "these were computed",
            """\
from threading import Lock
class Cache:
    def __init__(self, compute):
        self.compute, self.values, self.locks = compute, {}, {}
    def get(self, key):
        if key not in self.locks:
            self.locks[key] = Lock()
        with self.locks[key]:
            if key not in self.values:
                self.values[key] = self.compute(key)
            return self.values[key]
""",
        ),
    ),
    "ex11_permits": (
        (
            "a timeout for a permit that is lost",
            "a permit was not given back",
            """\
from threading import Semaphore
class Limited:
    def __init__(self, limit):
        self.permits = Semaphore(limit)
    def call(self, fetch):
        self.permits.acquire(timeout=10)
        result = fetch()
        self.permits.release()
        return result
""",
        ),
        (
            "the result is of no use",
            "and call() None",
            """\
from threading import Semaphore
class Limited:
    def __init__(self, limit):
        self.permits = Semaphore(limit)
    def call(self, fetch):
        with self.permits:
            fetch()
""",
        ),
        (
            "one at a time",
            "deadlock",
            """\
from threading import Lock
class Limited:
    def __init__(self, limit):
        self.lock = Lock()
    def call(self, fetch):
        with self.lock:
            return fetch()
""",
        ),
        (
            "a number of calls, without a lock",
            "2 calls at once, and the limit is 1",
            """\
import time
class Limited:
    def __init__(self, limit):
        self.limit, self.busy = limit, 0
    def call(self, fetch):
        while self.busy >= self.limit:
            time.sleep(0.01)
        self.busy += 1
        try:
            return fetch()
        finally:
            self.busy -= 1
""",
        ),
        (
            "if for while",
            "2 calls at once, and the limit is 1",
            """\
from threading import Condition
class Limited:
    def __init__(self, limit):
        self.limit, self.busy, self.changed = limit, 0, Condition()
    def call(self, fetch):
        with self.changed:
            if self.busy >= self.limit:
                self.changed.wait()
            self.busy += 1
        try:
            return fetch()
        finally:
            with self.changed:
                self.busy -= 1
                self.changed.notify()
""",
        ),
        (
            "release at the error that was expected",
            "deadlock",
            """\
from threading import Semaphore
class Limited:
    def __init__(self, limit):
        self.permits = Semaphore(limit)
    def call(self, fetch):
        self.permits.acquire()
        try:
            result = fetch()
        except OSError:
            self.permits.release()
            raise
        self.permits.release()
        return result
""",
        ),
    ),
    "ex12_pipeline": (
        (
            "a bad text ends its parser",
            "came out",
            """\
from queue import Queue
from threading import Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    def parse():
        try:
            while (text := to_parse.get()) is not None:
                to_write.put(int(text))
        except ValueError:
            pass
        to_write.put(None)
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    for _ in parsers:
        while (n := to_write.get()) is not None:
            write(n)
    for p in parsers: p.join()
""",
        ),
        (
            '0 and "" are the end',
            "came out",
            """\
from queue import Queue
from threading import Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    def parse():
        while text := to_parse.get():
            try:
                to_write.put(int(text))
            except ValueError:
                continue
        to_write.put(None)
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    for _ in parsers:
        while n := to_write.get():
            write(n)
    for p in parsers: p.join()
""",
        ),
        (
            "as many numbers as parsers",
            "came out",
            """\
from queue import Queue
from threading import Thread
def run(texts, write):
    to_parse, to_write = Queue(), Queue()
    def parse():
        while (text := to_parse.get()) is not None:
            try:
                to_write.put(int(text))
            except ValueError:
                continue
        to_write.put(None)
    parsers = [Thread(target=parse) for _ in range(2)]
    for p in parsers: p.start()
    for text in texts: to_parse.put(text)
    for _ in parsers: to_parse.put(None)
    for _ in parsers:
        if (n := to_write.get()) is not None:
            write(n)
    for p in parsers: p.join()
""",
        ),
    ),
    "ex14_retry": (
        (
            "no thread at all",
            "deadlock",
            """\
class Task:
    def __init__(self, fetch, attempts):
        self.value, self.error = "", None
        for _ in range(attempts):
            try:
                self.value = fetch()
                self.error = None
                return
            except Exception as e:
                self.error = e
    def result(self):
        if self.error:
            raise self.error
        return self.value
""",
        ),
    ),
    "ex15_pool": (
        (
            "the workers add up",
            "the counts are",
            """\
def count_words(pool, documents):
    totals = [0] * len(documents)
    def add(i, part):
        totals[i] += len(part.split())
    futures = [pool.submit(add, i, part) for i, parts in enumerate(documents) for part in parts]
    for f in futures:
        f.result()
    return totals
""",
        ),
        (
            "nobody waits",
            "the counts are",
            """\
def count_words(pool, documents):
    totals = [0] * len(documents)
    def add(i, part):
        totals[i] += len(part.split())
    for i, parts in enumerate(documents):
        for part in parts:
            pool.submit(add, i, part)
    return totals
""",
        ),
    ),
    "ex16_event": (
        (
            "clear where no letter is left",
            "deadlock",
            """\
from threading import Event
class LetterBox:
    def __init__(self):
        self.letters, self.bell = [], Event()
    def put(self, letter):
        self.letters.append(letter)
        self.bell.set()
    def take(self):
        self.bell.wait()
        letter = self.letters.pop(0)
        if not self.letters:
            self.bell.clear()
        return letter
""",
        ),
    ),
}
