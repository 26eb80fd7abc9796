import queue

jobs = queue.Queue()
jobs.put("job")
done = []


def work():
    if not jobs.empty():
        job = jobs.get()
        done.append(job)


threads = work, work


def check():
    assert done == ["job"], f"done is {done}"
