import threading

lock = threading.Lock()
counter = 0


def add():
    global counter
    with lock:
        read = counter
        counter = read + 1


threads = add, add


def check():
    assert counter == 2, f"counter is {counter}, not 2"
