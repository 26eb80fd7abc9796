"""The one writer of a SQLite database: nothing lost, in order, whatever goes wrong."""

import sqlite3
import threading
from concurrent.futures import CancelledError
from queue import SimpleQueue

import pytest

import interrupts
import load

sqlite_writer = load.program("recipes/sqlite_writer")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.db"
    connection = sqlite3.connect(path)
    connection.execute("create table log (number integer)")
    connection.close()
    return path


def rows(path):
    connection = sqlite3.connect(path)
    found = [number for (number,) in connection.execute("select number from log order by rowid")]
    connection.close()
    return found


def insert(writer, number):
    return writer.execute("insert into log values (?)", (number,))


def test_every_thread_writes_and_nothing_is_lost(path):
    with sqlite_writer.Writer(path) as writer:
        threads = [
            threading.Thread(
                target=lambda start=start: [insert(writer, start + n) for n in range(50)]
            )
            for start in (0, 100, 200)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(rows(path)) == sorted(start + n for start in (0, 100, 200) for n in range(50))


def test_statements_run_in_the_order_in_which_they_were_sent(path):
    with sqlite_writer.Writer(path) as writer:
        for number in range(100):
            insert(writer, number)
    assert rows(path) == list(range(100))


def test_a_bad_statement_fails_alone(path):
    with sqlite_writer.Writer(path) as writer:
        bad = writer.execute("insert into nowhere values (1)")
        good = insert(writer, 1)
        assert isinstance(bad.exception(timeout=10), sqlite3.OperationalError)
        assert good.result(timeout=10) == 1
    assert rows(path) == [1]


def test_a_commit_that_fails_fails_its_statement_alone(path):
    with sqlite_writer.Writer(path) as writer:
        for number in range(3):
            insert(writer, number).result(timeout=10)
        writer.execute("pragma busy_timeout = 50").result(timeout=10)
        reader = sqlite3.connect(path)
        reading = reader.execute("select number from log")
        assert reading.fetchone() == (0,)  # holds the lock that the commit waits for
        bad = insert(writer, 3)
        assert isinstance(bad.exception(timeout=10), sqlite3.OperationalError)
        reading.close()
        reader.close()
        assert insert(writer, 4).result(timeout=10) == 1
        assert rows(path) == [0, 1, 2, 4]  # a future that is done means: committed
    assert rows(path) == [0, 1, 2, 4]


def test_a_database_that_cannot_be_opened_raises_and_leaves_no_thread(tmp_path, new_threads):
    with pytest.raises(sqlite3.OperationalError):
        sqlite_writer.Writer(tmp_path / "nowhere" / "log.db")
    assert new_threads() == []


def test_a_path_that_is_no_path_raises_and_leaves_no_thread(new_threads):
    with pytest.raises(TypeError):
        sqlite_writer.Writer(object())
    assert new_threads() == []


def test_after_close_nothing_is_accepted_and_closing_again_does_nothing(path):
    writer = sqlite_writer.Writer(path)
    insert(writer, 1)
    writer.close()
    writer.close()
    with pytest.raises(RuntimeError, match="after close"):
        insert(writer, 2)
    assert rows(path) == [1]


def test_leaving_by_an_exception_still_writes_what_was_sent(path):
    def interrupted():
        with sqlite_writer.Writer(path) as writer:
            insert(writer, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert rows(path) == [1]


def test_a_cancelled_statement_does_not_run(path):
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("begin immediate")  # the writer waits at the first statement
    writer = sqlite_writer.Writer(path)
    first, second = insert(writer, 1), insert(writer, 2)
    assert second.cancel()
    blocker.execute("rollback")
    blocker.close()
    assert first.result(timeout=10) == 1
    writer.close()
    with pytest.raises(CancelledError):
        second.result()
    assert rows(path) == [1]


def test_a_full_queue_holds_its_senders_back_and_lets_close_through(path):
    """Who waits for room when `close` comes gets the error, and what was sent before is written."""
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("begin immediate")  # the writer waits at the first statement
    writer = sqlite_writer.Writer(path, limit=1)
    sent = [insert(writer, 1)]
    while not sent[0].running():
        pass
    sent.append(insert(writer, 2))
    waiting, refused = threading.Event(), []

    def late():
        waiting.set()
        try:
            sent.append(insert(writer, 3))
        except RuntimeError as error:
            refused.append(str(error))

    sender, closer = threading.Thread(target=late), threading.Thread(target=writer.close)
    sender.start()
    waiting.wait()
    assert not sent[1].running()
    assert len(sent) == 2
    closer.start()
    while not writer._closed:
        pass
    blocker.execute("rollback")
    blocker.close()
    for thread in sender, closer:
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert (rows(path), refused) == ([1, 2], ["cannot write after close"])


def test_an_interrupt_while_the_database_opens_leaves_no_thread(path, new_threads, monkeypatch):
    class Interrupted(SimpleQueue):
        def get(self, *args, **kwargs):
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt
            return super().get(*args, **kwargs)

    monkeypatch.setattr(sqlite_writer, "SimpleQueue", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        sqlite_writer.Writer(path)
    assert new_threads() == []


def test_an_interrupt_once_the_thread_has_started_leaves_no_thread(path, new_threads, monkeypatch):
    class Interrupted(threading.Thread):
        def start(self):
            super().start()
            if self.name == "writer":
                raise KeyboardInterrupt

    monkeypatch.setattr(sqlite_writer.threading, "Thread", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        sqlite_writer.Writer(path)
    assert new_threads() == []


def test_a_thread_that_cannot_be_had_raises_that(path, monkeypatch):
    class Refused(threading.Thread):
        def start(self):
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sqlite_writer.threading, "Thread", Refused)
    with pytest.raises(RuntimeError, match="can't start"):
        sqlite_writer.Writer(path)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_lets_nothing_through_is_refused(path, limit):
    with pytest.raises(ValueError, match="must be at least one"):
        sqlite_writer.Writer(path, limit)


PATIENCE = 20  # seconds until a test that hangs fails


def within(function):
    """Call it in a thread that may hang, and return whether it ended in time."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_ctrl_c_anywhere_in_execute_hangs_nobody_and_takes_no_room(monkeypatch):
    monkeypatch.setattr(sqlite_writer, "TICK", 0.01, raising=False)

    def attempt(interrupted):
        writer = sqlite_writer.Writer(":memory:", limit=1)
        others = []

        def write():
            for _ in range(3):
                others.append(writer.execute("select 1").result(PATIENCE))

        interrupted(lambda: writer.execute("select 1"))
        assert within(write)
        assert len(others) == 3
        assert within(writer.close)

    assert interrupts.everywhere(attempt, sqlite_writer) > 10


def test_ctrl_c_anywhere_in_a_wait_for_room_hangs_nobody_and_takes_no_room(monkeypatch):
    monkeypatch.setattr(sqlite_writer, "TICK", 0.01, raising=False)

    def attempt(interrupted):
        entered, go_on = SimpleQueue(), SimpleQueue()
        writer = sqlite_writer.Writer(":memory:", limit=1)
        hold(writer, entered, go_on)
        full = writer.execute("select 1")
        # While it waits, the writer is let go, so that it comes to the end.
        go = threading.Timer(0.02, go_on.put, [None])
        go.start()
        interrupted(lambda: writer.execute("select 1"))
        go.join()
        others = []
        assert within(lambda: others.append(full.result(PATIENCE)))
        assert within(lambda: others.append(writer.execute("select 1").result(PATIENCE)))
        assert len(others) == 2
        assert within(writer.close)

    assert interrupts.everywhere(attempt, sqlite_writer) > 10


def hold(writer, entered, go_on):
    """Keep the writer in a callback of a statement until `go_on` has an item."""

    def callback(_):
        entered.put(None)
        go_on.get(timeout=PATIENCE)

    future = sqlite_writer.Future()
    future.add_done_callback(callback)
    writer._sent.put((future, "select 1", ()))
    entered.get(timeout=PATIENCE)


def test_a_callback_that_ends_its_thread_does_not_end_the_writer(path, caplog):
    entered, go_on = SimpleQueue(), SimpleQueue()
    writer = sqlite_writer.Writer(path)
    hold(writer, entered, go_on)
    fatal = insert(writer, 1)
    fatal.add_done_callback(lambda _: exit(3))
    later = insert(writer, 2)
    go_on.put(None)
    assert within(lambda: later.result(PATIENCE))
    assert later.result(0) == 1
    assert within(writer.close)
    assert rows(path) == [1, 2]
    assert "callback" in caplog.text


def test_a_callback_may_execute_although_the_queue_is_full(path):
    entered, go_on, sent = SimpleQueue(), SimpleQueue(), SimpleQueue()
    writer = sqlite_writer.Writer(path, limit=1)
    hold(writer, entered, go_on)
    first = insert(writer, 1)
    first.add_done_callback(lambda _: sent.put([insert(writer, n) for n in range(2, 6)]))
    go_on.put(None)
    # Not first.result(): it returns before the callbacks run.
    assert len(sent.get(timeout=PATIENCE)) == 4
    assert within(writer.close)
    assert rows(path) == [1, 2, 3, 4, 5]


def test_what_ends_a_thread_while_it_adapts_a_parameter_reaches_the_future_alone(path):
    class Fatal:
        def __conform__(self, protocol):
            raise SystemExit(3)

    writer = sqlite_writer.Writer(path)
    bad, good = insert(writer, Fatal()), insert(writer, 2)
    failures = []
    assert within(lambda: failures.append(bad.exception(PATIENCE)))
    assert within(lambda: failures.append(good.exception(PATIENCE)))
    assert isinstance(failures[0], (SystemExit, sqlite3.Error))
    assert failures[1] is None
    assert within(writer.close)
    assert rows(path) == [2]


def test_all_who_wait_for_room_are_told_that_it_is_closed(path, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "TICK", threading.TIMEOUT_MAX, raising=False)
    entered, go_on = SimpleQueue(), SimpleQueue()
    writer = sqlite_writer.Writer(path, limit=1)
    hold(writer, entered, go_on)
    insert(writer, 1)
    refused = SimpleQueue()

    def late():
        with pytest.raises(RuntimeError, match="after close"):
            insert(writer, 2)
        refused.put(None)

    senders = [threading.Thread(target=late, daemon=True) for _ in range(3)]
    closer = threading.Thread(target=writer.close, daemon=True)
    for thread in [*senders, closer]:
        thread.start()
    while not writer._closed:
        closer.join(0.001)
    go_on.put(None)
    for _ in senders:
        refused.get(timeout=PATIENCE)
    closer.join(PATIENCE)
    assert rows(path) == [1]


def test_no_sender_waits_for_the_tick_while_there_is_room(path, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "TICK", threading.TIMEOUT_MAX, raising=False)
    with sqlite_writer.Writer(path, limit=2) as writer:
        threads = [
            threading.Thread(
                target=lambda start=start: [insert(writer, start + n) for n in range(20)],
                daemon=True,
            )
            for start in (0, 100, 200, 300)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
    assert len(rows(path)) == 80


def test_a_second_run_prints_the_same(capsys):
    sqlite_writer.main()
    first = capsys.readouterr().out
    sqlite_writer.main()
    assert capsys.readouterr().out == first


def test_a_closed_writer_refuses_every_statement_at_once(path):
    with sqlite_writer.Writer(path, limit=1) as writer:
        pass
    refused = []

    def write():
        for number in range(3):
            with pytest.raises(RuntimeError, match="after close"):
                insert(writer, number)
            refused.append(number)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    thread.join(10)
    assert refused == [0, 1, 2]
