"""requests, urllib3, httpx, boto3 and gRPC, shared by four threads that ask a local server."""

import http.server
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import stress
from stress import Stress, Wrong, expect

ANOTHER = "the answer to another request"
# Without keys botocore looks for them on the network.
os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def server() -> Iterator[str]:
    """Run a server while the body runs; yield its address."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    serving.daemon_threads = True
    threading.Thread(target=serving.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}"
    finally:
        serving.shutdown()


def get(address: str, body: Any) -> Any:
    """Return tasks that ask for a path of their own; `body` returns what an address answers."""

    def task(path: str) -> Any:
        return lambda: expect(body(f"{address}{path}") == path.encode(), ANOTHER)

    return [task(f"/{letter}") for letter in "abcd"]


def requests_session_get(run: Stress) -> None:
    import requests

    with server() as address, requests.Session() as session:
        run(*get(address, lambda url: session.get(url).content), most=100)


def requests_session_cookies(run: Stress) -> None:
    import requests

    session = requests.Session()
    request = requests.Request("GET", "http://127.0.0.1/")

    def change(name: str) -> Any:
        def task() -> None:
            session.cookies.set(name, "value")
            del session.cookies[name]

        return task

    def prepare() -> None:
        session.prepare_request(request)

    run(change("a"), prepare, change("b"), prepare, most=2000)


def requests_session_own(run: Stress) -> None:
    import requests

    own = threading.local()

    def body(url: str) -> bytes:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        return bytes(own.session.get(url).content)

    with server() as address:
        run(*get(address, body), most=100)


def urllib3_pool_manager(run: Stress) -> None:
    import urllib3

    with server() as address, urllib3.PoolManager(maxsize=4) as manager:
        run(*get(address, lambda url: manager.request("GET", url).data), most=100)


def urllib3_pool(run: Stress) -> None:
    import urllib3

    with (
        server() as address,
        urllib3.connection_from_url(address, maxsize=2, block=True) as pool,
    ):
        run(*get("", lambda path: pool.request("GET", path).data), most=100)


def httpx_client_get(run: Stress) -> None:
    import httpx

    with server() as address, httpx.Client() as client:
        run(*get(address, lambda url: client.get(url).content), most=100)


def connected(address: str) -> dict[str, str]:
    """Return how boto3 finds the server instead of Amazon's."""
    return {"region_name": "us-east-1", "endpoint_url": address}


def boto3_client_call(run: Stress) -> None:
    import boto3

    with server() as address:
        client = boto3.client("s3", **connected(address))

        def read(key: str) -> Any:
            def task() -> None:
                answer = client.get_object(Bucket="bucket", Key=key)
                if answer["Body"].read() != f"/bucket/{key}".encode():
                    raise Wrong(ANOTHER)

            return task

        run(*map(read, "abcd"), most=50)


def boto3_session_client(run: Stress) -> None:
    import boto3
    import botocore.session

    loader = botocore.session.get_session().get_component("data_loader")

    def make() -> Any:
        core = botocore.session.get_session()
        core.register_component("data_loader", loader)  # keeps the files that it has read
        return boto3.session.Session(botocore_session=core)

    def use(session: Any) -> None:
        session.client("sts", **connected("http://127.0.0.1"))

    run.rounds(make, use, use)


def boto3_resource_use(run: Stress) -> None:
    import boto3

    with server() as address:
        bucket = boto3.resource("s3", **connected(address)).Bucket("bucket")

        def read(key: str) -> Any:
            def task() -> None:
                answer = bucket.Object(key).get()
                if answer["Body"].read() != f"/bucket/{key}".encode():
                    raise Wrong(ANOTHER)

            return task

        run(*map(read, "abcd"), most=50)


def grpc_channel_call(run: Stress) -> None:
    import grpc

    def echo(request: bytes, _: object) -> bytes:
        return request

    serving = grpc.server(ThreadPoolExecutor(4))
    handlers = {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    serving.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test", handlers)])
    port = serving.add_insecure_port("127.0.0.1:0")
    serving.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary("/test/Echo")

        def ask(message: bytes) -> Any:
            return lambda: expect(call(message) == message, ANOTHER)

        run(ask(b"a"), ask(b"b"), ask(b"c"), ask(b"d"), most=200)
    serving.stop(None).wait()


if __name__ == "__main__":
    stress.main(globals())
