import threading

changed = threading.Condition()
tea = coffee = False
served = []


def wants_tea():
    with changed:
        while not tea:
            changed.wait()
        served.append("tea")


def wants_coffee():
    with changed:
        while not coffee:
            changed.wait()
        served.append("coffee")


def brew():
    global tea, coffee
    with changed:
        coffee = True
        changed.notify()
    with changed:
        tea = True
        changed.notify()


threads = wants_tea, wants_coffee, brew


def check():
    assert len(served) == 2, f"served is {served}"
