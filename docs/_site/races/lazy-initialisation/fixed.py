import threading

lock = threading.Lock()
made = 0
client = None


def connect():
    global made
    made += 1
    return f"client {made}"


def get():
    global client
    with lock:
        if client is None:
            client = connect()
        return client


threads = get, get


def check():
    assert made == 1, f"{made} clients were made"
