"""Two threads see a worker that does not run and both start it: RuntimeError."""

import threading

KIND = "check-then-act"


class Bad:
    def __init__(self):
        self.runs = []
        self.worker = threading.Thread(target=self.runs.append, args=["run"])

    def one(self):
        if self.worker.ident is None:
            self.worker.start()
        self.worker.join()

    two = one

    def check(self):
        assert self.runs == ["run"]


class Fixed(Bad):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def one(self):
        with self.lock:
            if self.worker.ident is None:
                self.worker.start()
        self.worker.join()

    two = one
