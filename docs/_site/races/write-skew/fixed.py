import threading

lock = threading.Lock()
ann = bob = "on call"


def ann_leaves():
    global ann
    with lock:
        if bob == "on call":
            ann = "away"


def bob_leaves():
    global bob
    with lock:
        if ann == "on call":
            bob = "away"


threads = ann_leaves, bob_leaves


def check():
    assert "on call" in (ann, bob), "nobody is on call"
