import threading

changed = threading.Condition()
items = []
taken = []


def take():
    with changed:
        if not items:
            changed.wait()
        taken.append(items.pop())


def put():
    for item in "xy":
        with changed:
            items.append(item)
            changed.notify_all()


threads = take, take, put


def check():
    assert len(taken) == 2, f"taken is {taken}"
