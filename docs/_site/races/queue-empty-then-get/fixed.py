import queue

jobs = queue.Queue()
jobs.put("job")
done = []


def work():
    try:
        job = jobs.get_nowait()
    except queue.Empty:
        return
    done.append(job)


threads = work, work


def check():
    assert done == ["job"], f"done is {done}"
