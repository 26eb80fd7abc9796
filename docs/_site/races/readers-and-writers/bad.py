import threading

changed = threading.Condition()
readers = 0
value = 0


def update():
    global readers, value
    with changed:
        readers += 1
    if value < 2:
        with changed:
            while readers > 1:
                changed.wait()
            value += 1
            readers -= 1
            changed.notify_all()


threads = update, update


def check():
    assert value == 2, f"value is {value}"
