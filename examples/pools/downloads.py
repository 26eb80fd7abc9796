"""Download URLs in a pool of threads, and report what became of each of them.

    python downloads.py --to pages https://example.com https://python.org

Exit status: 0 all were downloaded, 1 some were not, 2 wrong usage, 130 Ctrl-C.
"""

import argparse
import logging
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

import requests

URLS = ["https://example.com", "https://python.org", "https://github.com"]
PASSING = {429, 500, 502, 503, 504}  # HTTP statuses that may be gone on the next attempt
LONGEST_PAUSE = 60.0  # seconds between two attempts
CHUNK = 64 * 1024  # bytes
TICK = 0.2  # seconds that one wait of the main thread may take

log = logging.getLogger(__name__)


class Stopped(Exception):
    """A download was given up because its `Downloader` is being stopped."""


class Downloaded(NamedTuple):
    """What a download yields."""

    size: int  # bytes, after decompression
    path: Path | None  # where it was saved, if it was


class Downloader:
    """A pool of threads that download, each with a `requests.Session` of its own.

    At the end of its `with` block it waits for every download. When an exception leaves
    the block, Ctrl-C for example, it waits for none: those that have not begun are
    cancelled, and those under way stop at their next chunk, pause or timeout.
    https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        workers: int = 8,
        timeout: float = 10.0,
        attempts: int = 3,
        backoff: float = 0.5,
    ) -> None:
        """Prepare the pool; its threads start when there is work for them.

        Args:
            folder: where to save downloads, created if need be; None only counts bytes.
            workers: how many downloads may be under way at once.
            timeout: seconds to wait for a connection, and for each part of an answer.
            attempts: how often a URL is tried before its error stands.
            backoff: seconds before the second attempt, doubled before each further one.

        Raises:
            OSError: the folder cannot be created, or not be written to.
            ValueError: `workers` is not above zero.
        """
        self._folder = folder
        self._timeout = timeout
        self._attempts = attempts
        self._backoff = backoff
        self._stopping = threading.Event()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._pool = ThreadPoolExecutor(
            workers, thread_name_prefix="download", initializer=self._open_session
        )
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._parts = tempfile.TemporaryDirectory(  # what is incomplete
                prefix=".parts-", dir=folder, ignore_cleanup_errors=True
            )

    def submit(self, url: str, name: str) -> "Future[Downloaded]":
        """Queue the download of `url`, to be saved in the folder as `name`.

        A file of that name is replaced, but only by a complete one.

        The future raises `requests.RequestException` for an error of the network or
        the server, `OSError` for one of the disk, and `Stopped`.
        """
        return self._pool.submit(self._download, url, name)

    def __enter__(self) -> "Downloader":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._stopping.set()
        self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)
        if self._folder is not None:
            self._parts.cleanup()
        for session in self._sessions:
            session.close()

    def _open_session(self) -> None:
        self._local.session = requests.Session()
        self._sessions.append(self._local.session)

    def _download(self, url: str, name: str) -> Downloaded:
        attempt = 1
        while True:
            try:
                return self._try(url, name)
            except OSError as error:  # of requests, too: its exceptions derive from OSError
                if self._stopping.is_set():
                    raise Stopped from error
                if attempt >= self._attempts or not may_pass(error):
                    raise
                pause = self._pause(error, attempt)
                log.info("%s: attempt %d failed: %s", url, attempt, error)
            if self._stopping.wait(pause):
                raise Stopped
            attempt += 1

    def _try(self, url: str, name: str) -> Downloaded:
        size = 0
        # By the thread, as two downloads of one name may be under way.
        own = str(threading.get_ident())
        part = os.devnull if self._folder is None else Path(self._parts.name, own)
        with self._local.session.get(url, timeout=self._timeout, stream=True) as response:
            response.raise_for_status()
            with open(part, "wb") as file:
                for chunk in response.iter_content(CHUNK):
                    if self._stopping.is_set():
                        raise Stopped
                    size += file.write(chunk)
        if self._folder is None:
            return Downloaded(size, None)
        return Downloaded(size, Path(part).replace(self._folder / name))

    def _pause(self, error: OSError, attempt: int) -> float:
        """Return the seconds until the next attempt: as the server asks, or backed off."""
        headers = getattr(getattr(error, "response", None), "headers", {})
        asked = str(headers.get("Retry-After", ""))
        if asked.isdecimal():
            return min(float(asked), LONGEST_PAUSE)
        pause: float = min(self._backoff * 2 ** (attempt - 1), LONGEST_PAUSE)
        # What failed together must not come back together.
        return pause * random.uniform(0.5, 1.0)


def may_pass(error: OSError) -> bool:
    """Tell whether the next attempt may succeed although this one raised `error`."""
    if isinstance(error, requests.HTTPError):
        return error.response.status_code in PASSING
    if isinstance(error, requests.exceptions.SSLError):
        return False
    broken_off = requests.exceptions.ChunkedEncodingError
    return isinstance(error, requests.ConnectionError | requests.Timeout | broken_off)


def file_name(number: int, url: str) -> str:
    """Return a name for the file of that URL: unique by `number`, safe on any system."""
    address = url.partition("://")[2]
    return f"{number:03}-" + re.sub(r"[^\w.-]+", "_", address, flags=re.ASCII)[-100:]


def outcome(future: "Future[Downloaded] | None") -> tuple[bool, str]:
    """Return whether a download succeeded and what to say of it, without waiting for it."""
    if future is None or not future.done() or future.cancelled():
        return False, "not done"
    error = future.exception()
    if isinstance(error, Stopped):
        return False, "not done"
    if error is not None:
        return False, f"{type(error).__name__}: {error}"
    size, path = future.result()
    return True, f"{size} bytes" if path is None else f"{size} bytes in {path}"


def show_progress(done: int, total: int) -> None:
    """Say on a terminal how far the work is; write nothing into a file or a pipe."""
    if sys.stderr.isatty():
        print(f"{done} of {total}", end="\r", file=sys.stderr, flush=True)


def count(text: str) -> int:
    """Read a number of things from the command line."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def seconds(text: str) -> float:
    """Read a time to wait from the command line."""
    if not 0 < float(text) <= threading.TIMEOUT_MAX:
        raise ValueError
    return float(text)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Download URLs at the same time.")
    add = parser.add_argument
    add("urls", nargs="*", default=URLS, metavar="URL", help="default: " + " ".join(URLS))
    add("--to", type=Path, metavar="FOLDER", help="save them there; default: only count bytes")
    add("--workers", type=count, default=8, metavar="N", help="downloads at once (%(default)s)")
    add("--attempts", type=count, default=3, metavar="N", help="tries of a URL (%(default)s)")
    add("--timeout", type=seconds, default=10, metavar="S", help="of each wait (%(default)s s)")
    add("--within", type=seconds, default=600, metavar="S", help="of the run (%(default)s s)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Download what the command line asks for, report, and return the exit status."""
    options = parse(arguments)
    # The handler only notes it: an exception could come while this thread holds a lock of the
    # pool, and an Event has a lock, too, for which a second Ctrl-C would wait.
    interrupted: list[int] = []
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as for a job in the background
        signal.signal(signal.SIGINT, lambda number, _: interrupted.append(number))
    urls = list(dict.fromkeys(options.urls))
    futures: dict[str, Future[Downloaded]] = {}
    try:
        with Downloader(
            options.to,
            workers=options.workers,
            timeout=options.timeout,
            attempts=options.attempts,
        ) as downloader:
            for number, url in enumerate(urls, 1):
                futures[url] = downloader.submit(url, file_name(number, url))
            pending = set(futures.values())
            end = time.monotonic() + options.within
            while pending and time.monotonic() < end:
                if interrupted:
                    raise KeyboardInterrupt
                # Short, as Ctrl-C does not interrupt it.
                pending = wait(pending, TICK).not_done
                show_progress(len(futures) - len(pending), len(futures))
            if pending:
                raise TimeoutError
    except TimeoutError:
        print(f"stopped after {options.within:g} s, until then:")
    except KeyboardInterrupt:
        print("interrupted, until then:")
    outcomes = [outcome(futures.get(url)) for url in urls]
    for url, (_, text) in zip(urls, outcomes, strict=True):
        print(f"{url}: {text}")
    succeeded = sum(success for success, _ in outcomes)
    print(f"{succeeded} of {len(urls)} downloaded")
    return 130 if interrupted else int(succeeded < len(urls))


if __name__ == "__main__":
    exit_status = main()
    if threading.active_count() > 1:
        # A stopped download still waits for its server, and sys.exit() would wait for it.
        sys.stdout.flush()
        os._exit(exit_status)
    sys.exit(exit_status)
