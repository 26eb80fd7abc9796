import threading

ready = threading.Event()
data = None


def make():
    global data
    ready.set()
    data = [1, 2]


def use():
    ready.wait()
    assert data is not None, "data is None"


threads = make, use


def check():
    assert data == [1, 2]
