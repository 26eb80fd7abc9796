import threading

ann_lock = threading.Lock()
bob_lock = threading.Lock()
ann = bob = "on call"


def ann_leaves():
    global ann
    with ann_lock:
        if bob == "on call":
            ann = "away"


def bob_leaves():
    global bob
    with bob_lock:
        if ann == "on call":
            bob = "away"


threads = ann_leaves, bob_leaves


def check():
    assert "on call" in (ann, bob), "nobody is on call"
