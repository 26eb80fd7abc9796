import threading

lock = threading.Lock()
x = y = 0


def move():
    global x, y
    with lock:
        x = 1
        y = 1


def look():
    seen_x = x
    seen_y = y
    assert seen_x == seen_y, f"x is {seen_x}, y is {seen_y}"


threads = move, look


def check():
    assert x == y == 1
