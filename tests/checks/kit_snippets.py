"""Small pieces of code for each rule of the team kit: what it flags, and what it must pass.

They are read by the rules alone and never run.
"""

START = "from concurrent.futures import ThreadPoolExecutor\nfrom threading import Event, Thread\n"

INVALID = {
    "acquire-result-dropped": [
        "lock.acquire(timeout=1)\nwrite()\nlock.release()\n",
        "def f(self):\n    self._lock.acquire(False)\n    self.write()\n",
    ],
    "acquire-without-finally": [
        "def f():\n    lock.acquire()\n    write()\n    lock.release()\n",
        "def f(self):\n    self._mutex.acquire()\n    x = 1\n    self.write(x)\n    self._mutex.release()\n",
    ],
    "args-not-a-tuple": [
        'threading.Thread(target=f, args=("css"))\n',
        "t = Process(target=f, args=(path))\n",
    ],
    "block-holding-a-lock": [
        "with lock:\n    time.sleep(1)\n",
        "def f(self):\n    with self._lock:\n        if self.old:\n            self.page = requests.get(url)\n",
        "done = Event()\nwith lock:\n    done.wait()\n",
    ],
    "call-soon-from-thread": [
        "Thread(target=loop.call_soon, args=(f,)).start()\n",
        "async def f():\n    await asyncio.to_thread(loop.create_task, work())\n",
    ],
    "camel-case-name": [
        "if thread.isAlive():\n    pass\n",
        "with condition:\n    condition.notifyAll()\n",
        "name = threading.currentThread().name\n",
    ],
    "condition-wait-outside-loop": [
        "with cond:\n    cond.wait()\n",
        "def get(self):\n    with self.cond:\n        if not self.items:\n            self.cond.wait()\n"
        "        return self.items.pop()\n",
    ],
    "context-copied-in-task": [
        "pool.submit(lambda: copy_context().run(f))\n",
        "run = lambda x: contextvars.copy_context().run(f, x)\n",
    ],
    "daemon-with-cleanup": [
        "def save():\n    with open('a', 'w') as f:\n        f.write(x)\n\nThread(target=save, daemon=True).start()\n",
        "def save():\n    db.commit()\n\nt = threading.Thread(daemon=True, target=save)\n",
    ],
    "del-takes-a-lock": [
        "class A:\n    def __del__(self):\n        with self._lock:\n            count()\n",
        "class A:\n    def __del__(self):\n        lock.acquire()\n",
    ],
    "fork-with-threads": [
        "def f():\n    t = threading.Thread(target=g)\n    t.start()\n    pid = os.fork()\n",
    ],
    "future-dropped": [
        START
        + "def f():\n    with ThreadPoolExecutor() as pool:\n        for x in y:\n            pool.submit(g, x)\n",
        "import concurrent.futures\nwith concurrent.futures.ProcessPoolExecutor(4) as executor:\n"
        "    executor.submit(self.g)\n",
    ],
    "get-beside-a-flag": [
        "while not stop.is_set():\n    item = work.get()\n    f(item)\n",
        "def run(self):\n    while self.running:\n        self.f()\n        item = self.queue.get()\n",
    ],
    "get-event-loop": [
        "asyncio.get_event_loop().run_until_complete(main())\n",
        "def main():\n    loop = asyncio.get_event_loop()\n    return loop.run_until_complete(f())\n",
    ],
    "get-event-loop-in-coroutine": ["async def f():\n    loop = asyncio.get_event_loop()\n"],
    "global-in-thread": [
        "n = 0\n\ndef f():\n    global n\n    n += 1\n\nt = Thread(target=f)\n",
        "n = 0\n\ndef f():\n    global n\n    n = g(n)\n\nt = threading.Thread(name='a', target=f)\n",
    ],
    "handler-takes-a-lock": [
        "def stop(number, frame):\n    with lock:\n        f()\n\nsignal.signal(signal.SIGTERM, stop)\n",
        "class A:\n    def f(self):\n        signal.signal(signal.SIGINT, self.stop)\n\n"
        "    def stop(self, *args):\n        self._lock.acquire()\n",
    ],
    "import-concurrent": ["import concurrent\n"],
    "lock-across-await": [
        "async def f():\n    with lock:\n        await g()\n",
        "async def f(self):\n    with self._lock:\n        if x:\n            return await g()\n",
    ],
    "lock-class-in-with": [
        "with threading.RLock:\n    pass\n",
        "with self._lock.acquire():\n    f()\n",
        "with lock.acquire:\n    f()\n",
    ],
    "map-unread": [
        START + "with ThreadPoolExecutor() as pool:\n    pool.map(f, xs)\n",
        START
        + "def g():\n    with ThreadPoolExecutor(4) as p:\n        p.map(lambda x: f(x), xs)\n",
    ],
    "pool-never-shut-down": [
        "def f():\n    pool = ThreadPoolExecutor()\n    for x in xs:\n        pool.submit(g, x)\n",
        "ThreadPoolExecutor().submit(g)\n",
    ],
    "pool-waits-for-itself": [
        "def f(x):\n    a = pool.submit(g)\n    return a.result()\n\npool.submit(f, 1)\n",
    ],
    "process-at-import": [
        "import multiprocessing\n\np = multiprocessing.Process(target=f)\np.start()\n",
        "from concurrent.futures import ProcessPoolExecutor\n\nwith ProcessPoolExecutor() as pool:\n    list(pool.map(f, x))\n",
    ],
    "queue-empty-then-get": [
        "def f():\n    if not q.empty():\n        return q.get()\n",
        "if self.jobs.qsize() > 0:\n    job = self.jobs.get()\n",
    ],
    "recv-beside-a-flag": [
        "while not stop.is_set():\n    data = sock.recv(100)\n",
        "def run(self):\n    while self._running:\n        connection, _ = self.server.accept()\n",
    ],
    "run-in-running-loop": [
        "async def f():\n    asyncio.run(g())\n",
        "async def f():\n    x = loop.run_until_complete(g())\n",
    ],
    "sleep-instead-of-wait": [
        "while not stop.is_set():\n    f()\n    time.sleep(1)\n",
        "from time import sleep\n\ndef run(self):\n    while not self.stop.is_set():\n        sleep(self.pause)\n",
    ],
    "task-done-without-finally": [
        "while True:\n    x = q.get()\n    f(x)\n    q.task_done()\n",
        "def work():\n    while True:\n        a, b = q.get()\n        y = f(a)\n        g(b, y)\n        q.task_done()\n",
    ],
    "thread-at-exit": [
        "def leave():\n    Thread(target=f).start()\n\natexit.register(leave)\n",
    ],
    "thread-at-import": [
        START + "app = Flask(__name__)\nThread(target=f).start()\n",
        "import threading\n\napp = fastapi.FastAPI()\nt = threading.Thread(target=f)\nt.start()\n",
    ],
    "thread-without-init": [
        "class A(threading.Thread):\n    def __init__(self, x):\n        self.x = x\n",
    ],
    "unbounded-queue": [
        "q = queue.Queue()\nwhile True:\n    q.put(read())\n",
    ],
    "workers-as-many-as-items": [
        "with ThreadPoolExecutor(max_workers=len(urls)) as pool:\n    pass\n",
        "pool = futures.ThreadPoolExecutor(len(self.items))\n",
    ],
}

VALID = {
    "acquire-result-dropped": [
        "if lock.acquire(timeout=1):\n    f()\n",
        "lock.acquire()\n",
        "lock.acquire(timeout=-1)\n",
        "try:\n    lock.acquire(timeout=3)\nexcept LockTimeout:\n    pass\n",
        "request.acquire(timeout=3)\n",
    ],
    "acquire-without-finally": [
        "lock.acquire()\ntry:\n    f()\nfinally:\n    lock.release()\n",
        "lock.acquire()\nitems.append(x)\nlock.release()\n",
        "def take(self):\n    self.lock.acquire()\n\ndef give(self):\n    self.lock.release()\n",
        "lock.acquire()\nlock.release()\n",
    ],
    "args-not-a-tuple": [
        "Thread(target=f, args=(a,))\n",
        "Thread(target=f, args=(a, b))\n",
        "call(args=(a))\n",
    ],
    "block-holding-a-lock": [
        "with lock:\n    x = y\ntime.sleep(1)\n",
        "with lock:\n    while not x.ready():\n        time.sleep(1)\n",
        "ready = Event()\nwith lock:\n    thread.start()\n    ready.wait()\n",
        "done = threading.Condition(lock)\nwith lock:\n    done.wait()\n",
        "with lock:\n    time.sleep(next_call - now)\n",
        "with lock:\n    def later():\n        time.sleep(1)\n",
        "async def f():\n    async with lock:\n        await asyncio.sleep(1)\n",
    ],
    "call-soon-from-thread": [
        "Thread(target=loop.run_forever)\n",
        "loop.call_soon(f)\n",
        "await asyncio.to_thread(loop.call_soon_threadsafe, f)\n",
    ],
    "camel-case-name": [
        "thread.is_alive()\n",
        "event.is_set()\n",
        "widget.isSetUp()\n",
        "state.notifyAll()\n",
    ],
    "condition-wait-outside-loop": [
        "with cond:\n    while not items:\n        cond.wait()\n",
        "with cond:\n    cond.wait_for(f)\n",
        "with lock:\n    event.wait()\n",
        "while True:\n    with cond:\n        cond.wait(1)\n",
        "def get(self):\n    with self.cond:\n        if self.done:\n            return self.x\n        self.cond.wait(1)\n",
        "def wait(self, timeout):\n    with self.cond:\n        if not self.flag:\n            self.cond.wait(timeout)\n",
        "async def f():\n    async with cond:\n        await cond.wait()\n",
    ],
    "context-copied-in-task": [
        "pool.submit(copy_context().run, f)\n",
        "context = copy_context()\npool.submit(lambda: context.run(f))\n",
    ],
    "daemon-with-cleanup": [
        "def save():\n    with open('a', 'w') as f:\n        f.write(x)\n\nThread(target=save).start()\n",
        "def read():\n    with open('a') as f:\n        g(f)\n\nThread(target=read, daemon=True).start()\n",
    ],
    "del-takes-a-lock": [
        "class A:\n    def __del__(self):\n        self.queue.put(1)\n",
        "class A:\n    def close(self):\n        with self._lock:\n            f()\n",
        "class A:\n    def __del__(self):\n        with open(x) as f:\n            f.read()\n",
    ],
    "fork-with-threads": [
        "def f():\n    pid = os.fork()\n    t = threading.Thread(target=g)\n    t.start()\n",
        "def f():\n    server.start()\n    os.fork()\n",
    ],
    "future-dropped": [
        START + "with ThreadPoolExecutor() as pool:\n    future = pool.submit(f)\n",
        START + "with ThreadPoolExecutor() as pool:\n    fs = [pool.submit(f, x) for x in xs]\n",
        "form.submit(f)\n",
        START + "def f():\n    try:\n        g()\n    except Exception:\n        log()\n\n"
        "with ThreadPoolExecutor() as pool:\n    pool.submit(f)\n",
    ],
    "get-beside-a-flag": [
        "while not stop.is_set():\n    item = work.get(timeout=1)\n",
        "while not stop.is_set():\n    item = work.get()\n    if item is None:\n        break\n",
        "while True:\n    item = work.get()\n",
        "async def f():\n    while not stop.is_set():\n        item = await work.get()\n",
    ],
    "get-event-loop": [
        "def f(loop=None):\n    loop = loop or asyncio.get_event_loop()\n",
        "async def f():\n    loop = asyncio.get_event_loop()\n",
        "def f():\n    try:\n        loop = asyncio.get_event_loop()\n        loop.run_until_complete(x)\n"
        "    except RuntimeError:\n        pass\n",
    ],
    "get-event-loop-in-coroutine": [
        "async def f():\n    loop = asyncio.get_running_loop()\n",
        "def f():\n    return asyncio.get_event_loop()\n",
        "async def f():\n    def g():\n        return asyncio.get_event_loop()\n",
    ],
    "global-in-thread": [
        "n = 0\n\ndef f():\n    global n\n    with lock:\n        n += 1\n\nt = Thread(target=f)\n",
        "def f():\n    global done\n    done = True\n\nt = Thread(target=f)\n",
        "n = 0\n\ndef f():\n    global n\n    n += 1\n\nf()\n",
        "def f():\n    n = 0\n    n += 1\n\nt = Thread(target=f)\n",
    ],
    "handler-takes-a-lock": [
        "def stop(number, frame):\n    event.set()\n\nsignal.signal(signal.SIGTERM, stop)\n",
        "def stop():\n    with lock:\n        f()\n",
    ],
    "import-concurrent": ["import concurrent.futures\n", "from concurrent import futures\n"],
    "lock-across-await": [
        "async def f():\n    async with lock:\n        await g()\n",
        "async def f():\n    with lock:\n        x = 1\n    await g()\n",
        "async def f():\n    with open(x) as file:\n        await g(file)\n",
        "async def f():\n    with lock:\n        async def later():\n            await g()\n",
    ],
    "lock-class-in-with": [
        "with lock:\n    pass\n",
        "async def f():\n    async with lock.acquire():\n        pass\n",
        "with pool.acquire() as connection:\n    pass\n",
    ],
    "map-unread": [
        START + "with ThreadPoolExecutor() as pool:\n    list(pool.map(f, xs))\n",
        START + "with ThreadPoolExecutor() as pool:\n    results = pool.map(f, xs)\n",
        "frame.map(f, xs)\n",
        START
        + "def f(x):\n    try:\n        g(x)\n    except OSError as error:\n        log(error)\n\n"
        "with ThreadPoolExecutor() as pool:\n    pool.map(f, xs)\n",
    ],
    "pool-never-shut-down": [
        "def f():\n    pool = ThreadPoolExecutor()\n    pool.submit(g)\n    pool.shutdown()\n",
        "def f():\n    pool = ThreadPoolExecutor()\n    pool.submit(g)\n    return pool\n",
        "def f():\n    pool = ThreadPoolExecutor()\n    return [pool.submit(g, x) for x in xs]\n",
        "def f():\n    pool = ThreadPoolExecutor()\n    future = pool.submit(g)\n    return future.result()\n",
        "def f(self):\n    pool = ThreadPoolExecutor()\n    pool.submit(g)\n    self.pool = pool\n",
        "def f():\n    with ThreadPoolExecutor() as pool:\n        pool.submit(g)\n",
        "def f():\n    pool = ThreadPoolExecutor()\n    with pool:\n        pool.submit(g)\n",
    ],
    "pool-waits-for-itself": [
        "def f(x):\n    a = other.submit(g)\n    return a.result()\n\npool.submit(f, 1)\n",
        "def f(x):\n    return x\n\na = pool.submit(f, 1)\na.result()\n",
    ],
    "process-at-import": [
        "import multiprocessing\n\nif __name__ == '__main__':\n    multiprocessing.Process(target=f).start()\n",
        "import multiprocessing\n\ndef main():\n    multiprocessing.Process(target=f).start()\n",
        "from shop import Process\n\np = Process(1)\n",
    ],
    "queue-empty-then-get": [
        "async def f():\n    if not q.empty():\n        return q.get()\n",
        "try:\n    item = q.get_nowait()\nexcept Empty:\n    pass\n",
        "if not q.empty():\n    item = q.get(timeout=1)\n",
        "async def f():\n    if not q.empty():\n        return await q.get()\n",
    ],
    "recv-beside-a-flag": [
        "sock.settimeout(1)\nwhile not stop.is_set():\n    data = sock.recv(100)\n",
        "while True:\n    data = sock.recv(100)\n",
    ],
    "run-in-running-loop": [
        "def f():\n    asyncio.run(g())\n",
        "async def f():\n    def later():\n        asyncio.run(g())\n",
    ],
    "sleep-instead-of-wait": [
        "while not stop.wait(1):\n    f()\n",
        "while True:\n    time.sleep(1)\n",
        "def f(sleep):\n    while not stop.is_set():\n        sleep(1)\n",
        "while not stop.is_set():\n    def later():\n        time.sleep(1)\n",
    ],
    "task-done-without-finally": [
        "while True:\n    x = q.get()\n    try:\n        f(x)\n    finally:\n        q.task_done()\n",
        "while True:\n    x = q.get()\n    try:\n        f(x)\n    except Exception:\n        log()\n    q.task_done()\n",
        "x = q.get()\nq.task_done()\n",
    ],
    "thread-at-exit": [
        "def leave():\n    thread.join()\n\natexit.register(leave)\n",
        "def begin():\n    Thread(target=f).start()\n",
    ],
    "thread-at-import": [
        START + "app = Flask(__name__)\n\ndef main():\n    Thread(target=f).start()\n",
        START + "Thread(target=f).start()\n",
        "app = Flask(__name__)\nserver.start()\n",
    ],
    "thread-without-init": [
        "class A(Thread):\n    def __init__(self, x):\n        super().__init__()\n        self.x = x\n",
        "class A(Thread):\n    def __init__(self, x):\n        Thread.__init__(self)\n",
        "class A(Base):\n    def __init__(self, x):\n        self.x = x\n",
        "class A(Thread):\n    def run(self):\n        pass\n",
    ],
    "unbounded-queue": [
        "q = queue.Queue(maxsize=9)\nfor x in xs:\n    q.put(x)\n",
        "q = queue.Queue()\nq.put(x)\n",
        "q = queue.Queue()\nfor x in xs:\n    q.put(x)\n",
    ],
    "workers-as-many-as-items": [
        "with ThreadPoolExecutor(max_workers=min(8, len(urls) or 1)) as pool:\n    pass\n",
        "ThreadPoolExecutor(max_workers=8)\n",
    ],
}
