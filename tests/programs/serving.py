"""A server on the loopback interface whose answers a test holds back and lets go."""

import http.server
import threading
from contextlib import contextmanager
from queue import SimpleQueue


class Handler(http.server.BaseHTTPRequestHandler):
    """Quiet; the tests add what it answers."""

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Knows the paths that were `seen`; what waits for `release` goes on at the test's end."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.seen, self.release = SimpleQueue(), threading.Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, request, client_address):
        """Stay quiet: clients hang up on purpose."""


@contextmanager
def serving(server, monkeypatch):
    """Serve until the end of the block, past any proxy of the machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()
