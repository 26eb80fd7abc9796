import threading

slots = threading.BoundedSemaphore(1)
slots.acquire()
is_open = True


def close():
    global is_open
    if is_open:
        is_open = False
        slots.release()


threads = close, close


def check():
    assert not is_open
