"""One thread sees that a worker is alive and sends it a job; it has taken its last."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.worker, self.jobs, self.done = None, [], []

    def one(self):
        alive = self.worker is not None and self.worker.is_alive()
        (self.jobs if alive else self.done).append("job")

    def two(self):
        self.worker = threading.current_thread()
        self.done.extend(self.jobs)

    def check(self):
        assert self.done == ["job"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.accepts = True

    def one(self):
        with self.lock:
            (self.jobs if self.accepts else self.done).append("job")

    def two(self):
        with self.lock:
            self.accepts = False
            self.done.extend(self.jobs)
