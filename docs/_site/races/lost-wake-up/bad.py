import threading

arrived = threading.Event()
letters = []
taken = []


def put():
    letters.append("letter")
    arrived.set()


def take():
    if not letters:
        arrived.clear()
        arrived.wait()
    taken.append(letters.pop())


threads = put, take


def check():
    assert taken == ["letter"], f"taken is {taken}"
