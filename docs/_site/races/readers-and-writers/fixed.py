import threading

changed = threading.Condition()
readers = 0
value = 0


def update():
    global value
    with changed:
        while readers > 0:
            changed.wait()
        if value < 2:
            value += 1


threads = update, update


def check():
    assert value == 2, f"value is {value}"
