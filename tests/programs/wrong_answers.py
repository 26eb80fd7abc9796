"""At least three plausible wrong answers to each exercise: a change of its solution, and what is told of it.

A change is a list of texts and what stands in their place.
"""


class Wrong:
    """A wrong answer: what one may think, what its verdict must tell, and the changes."""

    def __init__(self, thought, told, *changes):
        self.thought, self.told, self.changes = thought, told, changes

    def text(self, solution):
        for old, new in self.changes:
            assert old in solution, f"{self.thought}: {old!r} is not in the solution"
            solution = solution.replace(old, new)
        return solution


ANSWERS = {
    "ex01_counter": (
        Wrong("any lock will do", "the counter says 1", ("with self.lock", "with Lock()")),
        Wrong(
            "the write needs the lock",
            "the counter says 1",
            (
                "        with self.lock:\n            self.value += 1",
                "        value = self.value + 1\n        with self.lock:\n            self.value = value",
            ),
        ),
        Wrong(
            "the read and the write need the lock, each",
            "the counter says 1",
            (
                "            self.value += 1",
                "            value = self.value\n        with self.lock:\n"
                "            self.value = value + 1",
            ),
        ),
    ),
    "ex02_join": (
        Wrong(
            "a timeout is enough", "these jobs have ended", ("thread.join()", "thread.join(0.1)")
        ),
        Wrong(
            "they end as daemons, too",
            "these jobs have ended",
            (
                "Thread(target=job)",
                "Thread(target=job, daemon=True)",
            ),
            ("    for thread in threads:\n        thread.join()\n", ""),
        ),
        Wrong(
            "start one, wait for one",
            "deadlock",
            ("thread.start()\n    for thread in threads:\n", "thread.start()\n"),
        ),
    ),
    "ex03_queue": (
        Wrong(
            "what does not fit is left out",
            "4 items are read",
            ("import Queue", "import Full, Queue"),
            (
                "            waiting.put(item)",
                "            try:\n                waiting.put_nowait(item)\n"
                "            except Full:\n                pass",
            ),
        ),
        Wrong(
            "wait while it is full, which a queue without a size never is",
            "4 items are read",
            ("Queue(limit)", "Queue()"),
            ("from queue", "import time\nfrom queue"),
            (
                "            waiting.put(item)",
                "            while waiting.full():\n                time.sleep(0.01)\n"
                "            waiting.put(item)",
            ),
        ),
        Wrong(
            "a timeout for put",
            "raises queue.Full",
            ("waiting.put(item)", "waiting.put(item, timeout=0.1)"),
        ),
    ),
    "ex04_stop": (
        Wrong(
            "a flag and an item that wakes",
            "two jobs were submitted",
            ("        self.thread = ", "        self.stopping = False\n        self.thread = "),
            (
                "while (job := self.jobs.get()) is not None:",
                "while (job := self.jobs.get()) is not None and not self.stopping:",
            ),
            ("self.jobs.put(None)", "self.stopping = True\n        self.jobs.put(None)"),
        ),
        Wrong(
            "until stopped and empty",
            "deadlock",
            ("        self.thread = ", "        self.stopping = False\n        self.thread = "),
            (
                "while (job := self.jobs.get()) is not None:\n",
                "while not (self.stopping and self.jobs.empty()):\n            job = self.jobs.get()\n",
            ),
            ("self.jobs.put(None)", "self.stopping = True"),
        ),
        Wrong(
            "a timeout for get, and the flag",
            "two jobs were submitted",
            ("        self.thread = ", "        self.stopping = False\n        self.thread = "),
            ("import Queue", "import Empty, Queue"),
            (
                "while (job := self.jobs.get()) is not None:\n            job()",
                "while not self.stopping:\n            try:\n"
                "                job = self.jobs.get(timeout=0.1)\n            except Empty:\n"
                "                continue\n            job()",
            ),
            ("self.jobs.put(None)", "self.stopping = True"),
        ),
    ),
    "ex05_order": (
        Wrong("sort them", "the results are", ("return results", "return sorted(results)")),
        Wrong(
            "insert at the index",
            "the results are",
            ('[""] * len(items)', "[]"),
            (
                "results[index] = fetch(items[index])",
                "results.insert(index, fetch(items[index]))",
            ),
        ),
        Wrong(
            "a dictionary keeps the order",
            "the results are",
            ('results = [""] * len(items)', "results: dict[int, str] = {}"),
            ("return results", "return list(results.values())"),
        ),
    ),
    "ex06_deadlock": (
        Wrong(
            "no lock, no deadlock",
            "the balances must be",
            ("with first.lock, second.lock:", "if True:"),
        ),
        Wrong(
            "give up when the second is taken",
            "the balances must be",
            (
                "    with first.lock, second.lock:\n",
                "    with source.lock:\n        if not target.lock.acquire(blocking=False):\n            return\n",
            ),
            (
                "        target.balance += amount",
                "        target.balance += amount\n        target.lock.release()",
            ),
        ),
        Wrong(
            "in the order of the balances",
            "deadlock",
            ("target.number < source.number", "target.balance < source.balance"),
        ),
        Wrong(
            "one lock at a time",
            "and the lock of 2 is free",
            (
                "    with first.lock, second.lock:\n        source.balance -= amount\n",
                "    with source.lock:\n        source.balance -= amount\n    with target.lock:\n",
            ),
        ),
    ),
    "ex07_claim": (
        Wrong(
            "the write needs the lock",
            "these were told so",
            (
                "        with self.lock:\n            if name in self.owners:\n                return False\n            self.owners[name] = owner\n            return True",
                "        if name in self.owners:\n            return False\n        with self.lock:\n            self.owners[name] = owner\n        return True",
            ),
        ),
        Wrong(
            "the check needs the lock",
            "these were told so",
            (
                "            self.owners[name] = owner\n            return True",
                "        self.owners[name] = owner\n        return True",
            ),
        ),
        Wrong(
            "look again after the write",
            "these were told so",
            ("with self.lock", "if True"),
            ("return True", "return self.owners[name] == owner"),
        ),
    ),
    "ex08_lazy": (
        Wrong(
            "the making needs the lock",
            "it was made 2 times",
            (
                "        with self.lock:\n            if self.value is None:\n                self.value = self.make()\n            return self.value",
                "        if self.value is None:\n            with self.lock:\n                self.value = self.make()\n        return self.value",
            ),
        ),
        Wrong(
            "only who makes it lets go of the lock",
            "deadlock",
            (
                "        with self.lock:\n            if self.value is None:\n                self.value = self.make()\n            return self.value",
                "        self.lock.acquire()\n        if self.value is None:\n            self.value = self.make()\n            self.lock.release()\n        return self.value",
            ),
        ),
        Wrong(
            "a flag says who makes it",
            "what the two threads have got",
            (
                "        self.lock = Lock()\n",
                "        self.lock = Lock()\n        self.begun = False\n",
            ),
            (
                "            if self.value is None:\n                self.value = self.make()\n            return self.value",
                "            mine, self.begun = not self.begun, True\n        if mine:\n            self.value = self.make()\n        return self.value",
            ),
        ),
        Wrong(
            "setdefault makes once",
            "it was made 2 times",
            (
                "        self.lock = Lock()\n",
                "        self.lock = Lock()\n        self.values: dict[str, object] = {}\n",
            ),
            (
                "        with self.lock:\n            if self.value is None:\n                self.value = self.make()\n            return self.value",
                '        return self.values.setdefault("value", self.make())',
            ),
        ),
    ),
    "ex09_condition": (
        Wrong(
            "wake them all",
            "IndexError",
            ("while not", "if not"),
            ("notify()", "notify_all()"),
        ),
        Wrong(
            "look before the lock is taken",
            "deadlock",
            (
                "        with self.changed:\n            while not self.items:\n                self.changed.wait()\n            return self.items.pop()",
                "        while not self.items:\n            with self.changed:\n                self.changed.wait()\n        return self.items.pop()",
            ),
        ),
        Wrong(
            "a timeout for wait",
            "IndexError",
            ("while not", "if not"),
            ("wait()", "wait(0.1)"),
        ),
    ),
    "ex10_cache": (
        Wrong(
            "one lock for all",
            "deadlock",
            (
                "lock = self.locks.setdefault(key, Lock())\n        with lock:",
                "lock = self.handing_out\n        if True:",
            ),
            (
                "        if True:\n            if key not in self.values:\n                self.values[key] = self.compute(key)\n            return self.values[key]",
                "            if key not in self.values:\n                self.values[key] = self.compute(key)\n            return self.values[key]",
            ),
        ),
        Wrong(
            "look, then take the lock",
            "these were computed",
            (
                "        with lock:\n            if key not in self.values:\n                self.values[key] = self.compute(key)\n            return self.values[key]",
                "        if key not in self.values:\n            with lock:\n                self.values[key] = self.compute(key)\n        return self.values[key]",
            ),
        ),
        Wrong(
            "acquire, compute, release",
            "deadlock",
            (
                "        with lock:\n            if key not in self.values:\n                self.values[key] = self.compute(key)\n            return self.values[key]",
                "        lock.acquire()\n        if key not in self.values:\n            self.values[key] = self.compute(key)\n        lock.release()\n        return self.values[key]",
            ),
        ),
    ),
    "ex11_permits": (
        Wrong(
            "swallow the error",
            "its caller was not told",
            (
                "            return fetch()",
                "            try:\n                return fetch()\n            except OSError:\n                return None",
            ),
        ),
        Wrong(
            "release in except, and at the end",
            "2 calls at once",
            (
                "        with self.permits:\n            return fetch()",
                "        self.permits.acquire()\n        try:\n            return fetch()\n        except OSError:\n            self.permits.release()\n            raise\n        finally:\n            self.permits.release()",
            ),
        ),
        Wrong(
            "catch the error that was expected",
            "deadlock",
            (
                "        with self.permits:\n            return fetch()",
                "        self.permits.acquire()\n        try:\n            result = fetch()\n        except ValueError:\n            self.permits.release()\n            raise\n        self.permits.release()\n        return result",
            ),
        ),
    ),
    "ex12_pipeline": (
        Wrong(
            "main ends the writing",
            "came out",
            ("        to_write.put(None)\n", ""),
            (
                "        to_parse.put(None)\n",
                "        to_parse.put(None)\n    to_write.put(None)\n",
            ),
            ("at_work = len(parsers)", "at_work = 1"),
        ),
        Wrong(
            "as many numbers as texts",
            "deadlock",
            ("    at_work = len(parsers)\n", "    at_work = len(list(texts))\n"),
            ("        to_write.put(None)\n", ""),
            (
                "            write(number)\n",
                "            write(number)\n            at_work -= 1\n",
            ),
        ),
        Wrong(
            "until the queue is empty",
            "came out",
            ("    while at_work:\n", "    while at_work and not to_write.empty():\n"),
        ),
    ),
    "ex13_readers": (
        Wrong(
            "a writer waits for writers",
            "inside was a reader",
            ("while self.writing or self.readers", "while self.writing"),
        ),
        Wrong(
            "only a writer wakes others",
            "deadlock",
            (
                "            self.readers -= 1\n            self.changed.notify_all()\n",
                "            self.readers -= 1\n",
            ),
        ),
        Wrong(
            "a reader need not wait",
            "a reader came in",
            ("            while self.writing:\n                self.changed.wait()\n", ""),
        ),
        Wrong(
            "one reader is woken",
            "deadlock",
            (
                "self.readers -= 1\n            self.changed.notify_all()",
                "self.readers -= 1\n            if self.readers == 0:\n                self.changed.notify()",
            ),
            ("self.changed.notify_all()", "self.changed.notify()"),
        ),
        Wrong(
            "a writer waits for readers",
            "a writer came in, and inside was a writer",
            ("while self.writing or self.readers", "while self.readers"),
        ),
        Wrong(
            "if for while",
            "a writer came in, and inside was a writer",
            ("while self.writing", "if self.writing"),
        ),
        Wrong(
            "half a second is enough",
            "a writer came in, and inside was a writer",
            (
                "while self.writing or self.readers:\n                self.changed.wait()",
                "self.changed.wait_for(lambda: not self.writing and not self.readers, timeout=0.5)",
            ),
            (
                "while self.writing:\n                self.changed.wait()",
                "self.changed.wait_for(lambda: not self.writing, timeout=0.5)",
            ),
        ),
    ),
    "ex14_retry": (
        Wrong(
            "raise it in the thread",
            "raises OSError: second",
            (
                "        for _ in range(self.attempts):",
                "        for attempt in range(self.attempts):",
            ),
            (
                "                self.error = error\n",
                "                if attempt == self.attempts - 1:\n                    raise\n",
            ),
        ),
        Wrong(
            "keep the error when an attempt succeeds",
            "the second of two attempts",
            ("                self.error = None\n                return", "                return"),
        ),
        Wrong(
            "keep the error with the class",
            "the results must be",
            ("self.error = error", "Task.error = error"),
            ("        self.error: Exception | None = None\n", ""),
            ("                self.error = None\n", "                Task.error = None\n"),
            ("class Task:\n", "class Task:\n    error: Exception | None = None\n\n"),
        ),
    ),
    "ex15_pool": (
        Wrong(
            "map waits better",
            "deadlock",
            (
                "    futures = [[pool.submit(count, part) for part in parts] for parts in documents]\n",
                "    def whole(parts: Sequence[str]) -> int:\n        return sum(pool.map(count, parts))\n\n    futures = [pool.submit(whole, parts) for parts in documents]\n",
            ),
            (
                "[sum(future.result() for future in parts) for parts in futures]",
                "[future.result() for future in futures]",
            ),
        ),
        Wrong(
            "a timeout ends the deadlock",
            "TimeoutError",
            (
                "    futures = [[pool.submit(count, part) for part in parts] for parts in documents]\n",
                "    def whole(parts: Sequence[str]) -> int:\n        futures = [pool.submit(count, part) for part in parts]\n        return sum(future.result(timeout=5) for future in futures)\n\n    futures = [pool.submit(whole, parts) for parts in documents]\n",
            ),
            (
                "[sum(future.result() for future in parts) for parts in futures]",
                "[future.result() for future in futures]",
            ),
        ),
        Wrong(
            "a document as one task",
            "tasks went to the pool",
            (
                "    futures = [[pool.submit(count, part) for part in parts] for parts in documents]\n",
                "    def whole(parts: Sequence[str]) -> int:\n        return sum(map(count, parts))\n\n    futures = [pool.submit(whole, parts) for parts in documents]\n",
            ),
            (
                "[sum(future.result() for future in parts) for parts in futures]",
                "[future.result() for future in futures]",
            ),
        ),
    ),
    "ex16_event": (
        Wrong(
            "clear after the letter is taken",
            "deadlock",
            (
                "            self.bell.clear()\n            if self.letters:\n                return self.letters.pop(0)\n            self.bell.wait()",
                "            self.bell.wait()\n            letter = self.letters.pop(0)\n            self.bell.clear()\n            return letter",
            ),
        ),
        Wrong(
            "no loop is needed",
            "IndexError",
            (
                "        while True:\n            self.bell.clear()\n            if self.letters:\n                return self.letters.pop(0)\n            self.bell.wait()",
                "        self.bell.wait()\n        self.bell.clear()\n        return self.letters.pop(0)",
            ),
            (
                "        self.letters.append(letter)\n        self.bell.set()",
                "        self.bell.set()\n        self.letters.append(letter)",
            ),
        ),
        Wrong(
            "a lock makes it safe",
            "deadlock",
            ("import Event", "import Event, Lock"),
            (
                "        self.bell = Event()\n",
                "        self.bell = Event()\n        self.lock = Lock()\n",
            ),
            (
                "        self.letters.append(letter)\n        self.bell.set()",
                "        with self.lock:\n            self.letters.append(letter)\n            self.bell.set()",
            ),
            (
                "        while True:\n            self.bell.clear()\n            if self.letters:\n                return self.letters.pop(0)\n            self.bell.wait()",
                "        with self.lock:\n            while not self.letters:\n                self.bell.clear()\n                self.bell.wait()\n            return self.letters.pop(0)",
            ),
        ),
    ),
    "ex17_port": (
        Wrong(
            "reading needs no lock",
            "a snapshot says",
            ("        with self.lock:\n            return ", "        return "),
        ),
        Wrong(
            "a lock for each line",
            "a snapshot says",
            (
                "            self.total += seconds",
                "        with self.lock:\n            self.total += seconds",
            ),
            (
                "            if seconds > self.longest:\n                self.longest",
                "        with self.lock:\n            if seconds > self.longest:\n                self.longest",
            ),
        ),
        Wrong(
            "a comparison changes nothing",
            "3 and 5 were recorded",
            (
                "            if seconds > self.longest:\n                self.longest = seconds",
                "        if seconds > self.longest:\n            self.longest = seconds",
            ),
        ),
    ),
}
