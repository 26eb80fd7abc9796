import threading

permits = threading.Semaphore(2)
turn = threading.Lock()
done = []


def job():
    with turn:
        permits.acquire()
        permits.acquire()
    done.append("job")
    permits.release(2)


threads = job, job


def check():
    assert len(done) == 2, f"done is {done}"
