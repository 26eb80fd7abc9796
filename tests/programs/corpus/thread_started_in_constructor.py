"""A constructor starts its thread before it sets what the thread reads: AttributeError."""

import threading

KIND = "unsafe publication"


class Bad:
    class Greeter:
        def __init__(self, said):
            self.said = said
            self.thread = threading.Thread(target=self.run)
            self.thread.start()
            self.greeting = "hello"

        def run(self):
            self.said.append(self.greeting)

    def __init__(self):
        self.said = []

    def one(self):
        self.Greeter(self.said).thread.join()

    two = one

    def check(self):
        assert self.said == ["hello", "hello"]


class Fixed(Bad):
    class Greeter(Bad.Greeter):
        def __init__(self, said):
            self.said = said
            self.greeting = "hello"
            self.thread = threading.Thread(target=self.run)
            self.thread.start()
