"""One document in a pool of one worker; and what is asked of the pool are its parts."""

from concurrent.futures import Future, ThreadPoolExecutor

from ex15_pool import count_words


def test_a_small_pool_counts_a_document() -> None:
    with ThreadPoolExecutor(1) as pool:
        counts = [*count_words(pool, [["a b", "c"]])]
    assert counts == [3], f"the document has 3 words, and the counts are {counts}"


def test_two_workers_count_a_document() -> None:
    with ThreadPoolExecutor(2) as pool:
        counts = [*count_words(pool, [["a b", "c"]])]
    assert counts == [3], f"the document has 3 words, and the counts are {counts}"


def test_each_part_is_a_task() -> None:
    tasks: list[object] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            tasks.append(fn)
            future: Future[object] = Future()
            future.set_result(fn(*args, **kwargs))
            return future

    counts = count_words(Counting(1), [["a b", "c"], ["d"]])
    assert counts == [3, 1], f"the documents have 3 words and 1, and the counts are {counts}"
    assert len(tasks) >= 3, f"there are 3 parts, and {len(tasks)} tasks went to the pool"
