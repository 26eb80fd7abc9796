import threading

ready = threading.Event()
data = None


def make():
    global data
    data = [1, 2]
    ready.set()


def use():
    ready.wait()
    assert data is not None, "data is None"


threads = make, use


def check():
    assert data == [1, 2]
