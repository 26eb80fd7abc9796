"""The guide's internet: the addresses that blocks download, answered on loopback.

The answers are real HTTPS, with a certificate that `requests` and `urllib` verify.
Only two things differ for a block: where a name leads, and which bundle of
certificates it trusts. Both are environment variables (see terminal/sitecustomize.py).
"""

import http.server
import os
import ssl
import tempfile
import threading
import time
from pathlib import Path

import trustme


def page(name, size):
    """Return an HTML page about `name` of exactly `size` bytes."""
    head = f"<!doctype html><title>{name}</title><p>Stand-in for {name}.".encode()
    return head.ljust(size, b"\n")


# Host: (body, seconds before the answer). Sizes differ so that a mix-up shows.
PAGES = {
    "example.com": (page("example.com", 1_256), 0.1),
    "python.org": (page("python.org", 50_302), 0.2),
    "github.com": (page("github.com", 271_404), 0.3),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body, delay = PAGES[self.headers["Host"].partition(":")[0]]
        time.sleep(delay)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Stay quiet: blocks time out and hang up on purpose."""


class Internet:
    """Serves PAGES until `close`; `environment` is what a block needs to reach it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="guide-internet-")
        bundle = Path(self._folder.name, "certificates.pem")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(bundle)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*PAGES).configure_cert(context)

        self._server = Server(("127.0.0.1", 0), Handler)
        # Without the handshake here, one slow client would not block the others.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.environment = {
            "GUIDE_INTERNET": " ".join([str(self._server.server_port), *PAGES]),
            "REQUESTS_CA_BUNDLE": str(bundle),
            "SSL_CERT_FILE": str(bundle),
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()


class RealInternet:
    """The internet as this machine reaches it, with its own proxies and certificates."""

    def __init__(self):
        own = {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name in own or name.lower().endswith("_proxy")
        }

    def close(self):
        """There is nothing to close."""
