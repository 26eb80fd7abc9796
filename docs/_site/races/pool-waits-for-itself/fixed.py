from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)
sums = []


def part():
    return 1


def whole():
    return part() + 1


def ask():
    future = pool.submit(whole)
    sums.append(future.result())


threads = ask, ask


def check():
    assert sums == [2, 2], f"sums is {sums}"
