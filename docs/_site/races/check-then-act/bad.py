import threading

lock = threading.Lock()
balance = 100


def withdraw():
    global balance
    with lock:
        enough = balance >= 100
    if enough:
        with lock:
            balance -= 100


threads = withdraw, withdraw


def check():
    assert balance == 0, f"balance is {balance}"
