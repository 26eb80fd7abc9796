"""Sockets, ssl, http.client, urllib, select and selectors, shared by four threads."""

import http.client
import http.server
import select
import selectors
import socket
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import stress
from stress import Stress, Wrong

MESSAGE = b"m" * 99 + b"\n"


def received(side: socket.socket) -> Any:
    """Read a socket to its end in a thread; return a function that waits for the data."""
    parts: list[bytes] = []

    def read() -> None:
        while part := side.recv(65536):
            parts.append(part)

    thread = threading.Thread(target=read)
    thread.start()

    def wait() -> bytes:
        thread.join()
        return b"".join(parts)

    return wait


def socket_sendall(run: Stress) -> None:
    one, other = socket.socketpair()
    wait = received(other)
    (done,) = run(lambda: one.sendall(MESSAGE), most=5000)
    one.close()
    lines = wait().splitlines(keepends=True)
    other.close()
    run.lost(sum(line == MESSAGE for line in lines), done)


def socket_sendall_large(run: Stress) -> None:
    one, other = socket.socketpair()
    wait = received(other)

    def send(letter: bytes) -> Any:
        return lambda: one.sendall(letter * 500_000 + b"\n")

    done = run(send(b"a"), send(b"b"), least=5, most=10)
    one.close()
    lines = wait().splitlines()
    other.close()
    run.lost(sum(len(line) == 500_000 and len(set(line)) == 1 for line in lines), sum(done))


def socket_recv(run: Stress) -> None:
    one, other = socket.socketpair()
    one.sendall(b"1" * 100_000)
    one.close()
    counts: list[int] = []

    def read() -> None:
        part = other.recv(10)
        counts.append(len(part))

    run(read, most=5000)
    run.lost(sum(counts), 100_000)
    other.close()


def socket_datagrams(run: Stress) -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.setblocking(False)

    def send(letter: bytes) -> Any:
        def task() -> None:
            with suppress(BlockingIOError):
                one.send(letter * 50)
            with suppress(BlockingIOError):
                if len(set(other.recv(100, socket.MSG_DONTWAIT))) != 1:
                    raise Wrong("a datagram of two threads")

        return task

    run(send(b"a"), send(b"b"))


def socket_close(run: Stress) -> None:
    def make() -> Any:
        return socket.socketpair()

    def use(pair: Any) -> None:
        with suppress(OSError):
            for _ in range(5):
                pair[0].send(b"x")

    def close(pair: Any) -> None:
        pair[0].close()

    run.rounds(make, use, close, check=lambda pair, _: pair[1].close())


def socket_defaults(run: Stress) -> None:
    def use(value: float) -> Any:
        def task() -> None:
            socket.setdefaulttimeout(value)
            with socket.socket() as made:
                if made.gettimeout() != value:
                    raise Wrong("the time-out of another thread")

        return task

    run(use(1.0), use(2.0), most=5000)


def socket_getaddrinfo(run: Stress) -> None:
    def look_up() -> None:
        if socket.getaddrinfo("127.0.0.1", 80)[0][4] != ("127.0.0.1", 80):
            raise Wrong("another address")

    run(look_up, most=3000)


def ssl_context(run: Stress) -> None:
    context = ssl.create_default_context()

    def use() -> None:
        inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        connection = context.wrap_bio(inside, outside, server_hostname="example.com")
        with suppress(ssl.SSLWantReadError):
            connection.do_handshake()
        if not outside.read():
            raise Wrong("no greeting")

    run(use, most=300)


def ssl_bio(run: Stress) -> None:
    bio = ssl.MemoryBIO()
    (done,) = run(lambda: bio.write(MESSAGE), most=5000)
    run.lost(bio.read().count(MESSAGE), done)


def ssl_object(run: Stress) -> None:
    context = ssl.create_default_context()

    def make() -> Any:
        inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        return context.wrap_bio(inside, outside, server_hostname="example.com")

    def use(connection: Any) -> None:
        with suppress(ssl.SSLWantReadError):
            connection.do_handshake()
        connection.cipher()

    run.rounds(make, use, most=150)


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers with the path that was asked for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Server(http.server.ThreadingHTTPServer):
    """A server that does not complain when a client hangs up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet."""


@contextmanager
def server() -> Iterator[int]:
    """Serve on the loopback interface; give the port."""
    with Server(("127.0.0.1", 0), Answer) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running.server_port
        running.shutdown()


def http_connection(run: Stress) -> None:
    with server() as port:
        shared = http.client.HTTPConnection("127.0.0.1", port, timeout=1)

        def get(path: str) -> Any:
            def task() -> None:
                shared.request("GET", path)
                if shared.getresponse().read() != path.encode():
                    raise Wrong("the answer of another thread's request")

            return task

        run(get("/one"), get("/two"), least=5, most=200)
        shared.close()


def http_own(run: Stress) -> None:
    with server() as port:

        def get(path: str) -> Any:
            def task() -> None:
                own = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                own.request("GET", path)
                answer = own.getresponse().read()
                own.close()
                if answer != path.encode():
                    raise Wrong("the answer of another thread's request")

            return task

        run(get("/one"), get("/two"), most=25)


def urllib_open(run: Stress) -> None:
    with server() as port:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def get(path: str) -> Any:
            def task() -> None:
                with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                    if answer.read() != path.encode():
                        raise Wrong("the answer of another thread's request")

            return task

        run(get("/one"), get("/two"), most=25)


def urllib_parse(run: Stress) -> None:
    numbers = iter(range(10**9))

    def split() -> None:
        number = next(numbers)
        if urllib.parse.urlsplit(f"http://host/{number}").path != f"/{number}":
            raise Wrong("another address")

    run(split)


def poll_together(run: Stress) -> None:
    one, other = socket.socketpair()
    shared = select.poll()
    shared.register(one, select.POLLIN)
    run(lambda: shared.poll(0.1), most=3000)
    one.close()
    other.close()


def epoll_together(run: Stress) -> None:
    pairs = [socket.socketpair() for _ in range(5)]
    with select.epoll() as shared:

        def turn() -> None:
            with suppress(FileExistsError, FileNotFoundError):
                shared.register(pairs[0][0], select.EPOLLOUT)
                shared.unregister(pairs[0][0])

        run(turn, lambda: shared.poll(0), most=5000)
    for one, other in pairs:
        one.close()
        other.close()


def selector_register(run: Stress) -> None:
    pairs = [socket.socketpair() for _ in range(20)]
    shared = selectors.DefaultSelector()
    for one, _ in pairs[:10]:
        shared.register(one, selectors.EVENT_READ)

    def turn() -> None:
        for one, _ in pairs[10:]:
            with suppress(KeyError):
                shared.register(one, selectors.EVENT_READ)
        for one, _ in pairs[10:]:
            with suppress(KeyError):
                shared.unregister(one)

    def read() -> None:
        shared.select(0)
        [key.fd for key in (shared.get_map() or {}).values()]

    run(turn, read, most=3000)
    shared.close()
    for one, other in pairs:
        one.close()
        other.close()


if __name__ == "__main__":
    stress.main(globals())
