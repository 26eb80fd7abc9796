import threading

slots = threading.BoundedSemaphore(1)
slots.acquire()
lock = threading.Lock()
is_open = True


def close():
    global is_open
    with lock:
        if is_open:
            is_open = False
            slots.release()


threads = close, close


def check():
    assert not is_open
