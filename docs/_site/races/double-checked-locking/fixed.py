import threading

lock = threading.Lock()
settings = None
hosts = []


def load():
    global settings
    if settings is None:
        with lock:
            if settings is None:
                made = {}
                made["host"] = "localhost"
                settings = made


def use():
    load()
    hosts.append(settings["host"])


threads = use, use


def check():
    assert len(hosts) == 2, f"hosts is {hosts}"
