"""SQLAlchemy and Django with SQLite in a file, and redis, shared by four threads."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import stress
from stress import Stress, Wrong, expect

FILE = "data.sqlite"
COUNT = 50


def fill() -> None:
    """Make a table of 50 rows in a file."""
    with closing(sqlite3.connect(FILE)) as db, db:
        db.execute("CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER)")
        db.executemany("INSERT INTO numbers (n) VALUES (?)", [(n,) for n in range(COUNT)])


def all_there(rows: Any) -> None:
    """Raise Wrong unless these are the table's rows."""
    if len(rows) != COUNT:
        raise Wrong(f"{len(rows)} rows of {COUNT}")


def engine() -> Any:
    """Return SQLAlchemy's engine for the table."""
    import sqlalchemy

    fill()
    return sqlalchemy.create_engine(f"sqlite:///{FILE}")


def sqlalchemy_engine_connect(run: Stress) -> None:
    import sqlalchemy

    shared = engine()
    query = sqlalchemy.text("SELECT n FROM numbers")

    def read() -> None:
        with shared.connect() as connection:
            all_there(connection.execute(query).all())

    run(read, most=500)


def sqlalchemy_connection_execute(run: Stress) -> None:
    import sqlalchemy

    query = sqlalchemy.text("SELECT n FROM numbers")
    shared = engine().connect()  # never closed: that may raise, too
    run(lambda: all_there(shared.execute(query).all()), most=500)


def mapped() -> Any:
    """Return a class of SQLAlchemy's for the table."""
    import sqlalchemy
    from sqlalchemy import orm

    base: Any = orm.declarative_base()

    class Number(base):  # type: ignore[misc]
        __tablename__ = "numbers"
        id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
        n = sqlalchemy.Column(sqlalchemy.Integer)

    return Number


def sqlalchemy_session_read(run: Stress) -> None:
    import sqlalchemy
    from sqlalchemy import orm

    query = sqlalchemy.select(mapped())
    shared = orm.Session(engine())
    run(lambda: all_there(shared.scalars(query).all()), most=300)


def sqlalchemy_session_add(run: Stress) -> None:
    import sqlalchemy
    from sqlalchemy import orm

    number, source = mapped(), engine()
    shared = orm.Session(source)

    def add() -> None:
        try:
            shared.add(number(n=1000))
            shared.commit()
        except sqlalchemy.exc.SQLAlchemyError:
            shared.rollback()
            raise

    (done,) = run(add, most=50)
    query = sqlalchemy.text("SELECT count(*) FROM numbers WHERE n = 1000")
    with source.connect() as connection:
        run.lost(connection.execute(query).scalar_one(), done)


def sqlalchemy_session_own(run: Stress) -> None:
    import sqlalchemy
    from sqlalchemy import orm

    query, source = sqlalchemy.select(mapped()), engine()

    def read() -> None:
        with orm.Session(source) as own:
            all_there(own.scalars(query).all())

    run(read, most=300)


def connection() -> Any:
    """Return Django's connection, which is each thread's own, to the table."""
    import django
    from django.conf import settings

    fill()
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FILE}}
    )
    django.setup()
    from django.db import connection

    return connection


def selected(cursor: Any) -> Any:
    """Return the rows that a cursor finds."""
    with cursor:
        return cursor.execute("SELECT n FROM numbers").fetchall()


def django_connection_own(run: Stress) -> None:
    shared = connection()
    run(lambda: all_there(selected(shared.cursor())), most=300)


def django_connection_handed(run: Stress) -> None:
    shared = connection()
    shared.ensure_connection()
    handed = shared._connections[shared._alias]
    run(lambda: selected(handed.cursor()), most=300)


def django_queryset_evaluate(run: Stress) -> None:
    connection()
    from django.db import models

    class Number(models.Model):  # type: ignore[misc]
        n = models.IntegerField()

        class Meta:
            app_label = "rows"
            db_table = "numbers"

    def check(_: object, results: list[Any]) -> None:
        for found in results:
            if found is not None:
                all_there(found)

    run.rounds(Number.objects.all, list, check=check, most=100)


@contextmanager
def redis_server() -> Iterator[Any]:
    """Run a server that speaks as Redis does while the body runs; yield a client."""
    import fakeredis
    import redis

    with fakeredis.TcpFakeServer(("127.0.0.1", 0)) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        with redis.Redis(*serving.server_address) as client:
            yield client
        serving.shutdown()


def redis_client(run: Stress) -> None:
    with redis_server() as client:

        def use(key: str) -> Any:
            def task() -> None:
                client.set(key, key)
                expect(client.get(key) == key.encode(), "the value of another key")

            return task

        run(*map(use, "abcd"), most=100)


def redis_pipeline(run: Stress) -> None:
    with redis_server() as client, client.pipeline() as pipe:

        def use(key: str) -> Any:
            def task() -> None:
                results = pipe.set(key, key).get(key).execute()
                expect(results == [True, key.encode()], "results of another thread's commands")

            return task

        run(*map(use, "abcd"), most=100)


def redis_pubsub(run: Stress) -> None:
    with redis_server() as client, client.pubsub() as pubsub:
        pubsub.subscribe("channel")
        run(
            lambda: pubsub.get_message(timeout=0.01),
            lambda: client.publish("channel", "message"),
            most=100,
        )


if __name__ == "__main__":
    stress.main(globals())
