import threading

permits = threading.Semaphore(2)
done = []


def job():
    permits.acquire()
    permits.acquire()
    done.append("job")
    permits.release(2)


threads = job, job


def check():
    assert len(done) == 2, f"done is {done}"
