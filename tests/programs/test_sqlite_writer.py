"""The one writer of a SQLite database: nothing lost, in order, whatever goes wrong."""

import sqlite3
import threading
from concurrent.futures import CancelledError

import pytest

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
    def interrupted(self, timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite_writer.Future, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sqlite_writer.Writer(path)
    assert new_threads() == []


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
