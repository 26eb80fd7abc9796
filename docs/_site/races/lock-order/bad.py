import threading

users = threading.Lock()
orders = threading.Lock()
done = []


def buy():
    with users:
        with orders:
            done.append("buy")


def report():
    with orders:
        with users:
            done.append("report")


threads = buy, report


def check():
    assert len(done) == 2, f"done is {done}"
