"""One thread joins another while it holds the lock that the other needs to end."""

import threading

KIND = "hold and wait"


class Bad:
    def __init__(self):
        self.lock = threading.Lock()
        self.log = []

    def log_line(self, line):
        with self.lock:
            self.log.append(line)

    def one(self):
        worker = threading.Thread(target=self.log_line, args=["work"])
        worker.start()
        with self.lock:
            worker.join()
            self.log.append("end")

    def two(self):
        self.log_line("other")

    def check(self):
        assert [line for line in self.log if line != "other"] == ["work", "end"]


class Fixed(Bad):
    def one(self):
        worker = threading.Thread(target=self.log_line, args=["work"])
        worker.start()
        worker.join()
        self.log_line("end")
