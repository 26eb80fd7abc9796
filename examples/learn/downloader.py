"""Download addresses with a few threads, and say what became of each of them.

    python downloader.py https://example.com https://python.org

Each becomes a file in the folder `pages` once it is whole. Ctrl-C stops early and still reports;
a second one ends the program at once. Exit status: 0 all downloaded, 1 some not, 130 Ctrl-C.
"""

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event, get_native_id
from urllib.parse import quote

import requests

URLS = ["https://example.com", "https://python.org", "https://github.com"]
TIMEOUT = 10.0  # seconds that a server may be silent
CHUNK = 64 * 1024  # bytes
TICK = 1.0  # seconds until the main thread looks again whether it shall stop
Outcome = int | BaseException | None


class Stopped(Exception):
    """A download was given up because the program is to stop."""


def download(url: str, folder: Path, stop: Event) -> int:
    """Save what `url` answers in `folder`, whole or not at all, and return its bytes.

    Raises OSError for what goes wrong with the server or the file (the exceptions of requests
    are OSErrors, too), and Stopped if `stop` was set before the end.
    """
    name = quote(url, safe="")  # no two addresses share a name
    part = folder / f"{name}.{get_native_id()}.part"  # of this thread alone
    size = 0
    try:
        with requests.get(url, timeout=TIMEOUT, stream=True) as response:
            response.raise_for_status()
            with part.open("wb") as file:
                for chunk in response.iter_content(CHUNK):
                    if stop.is_set():
                        raise Stopped
                    size += file.write(chunk)
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)
    return size


def download_all(
    fetch: Callable[[str], int], urls: Iterable[str], stop: Event, workers: int = 4
) -> dict[str, Outcome]:
    """Call `fetch(url)` for each address, `workers` at a time, until `stop` is set.

    Return for each address, in order, what `fetch` returned or raised, or None if it was not
    begun or was Stopped. Raises ValueError if `workers` is below one.
    """
    outcomes: dict[str, Outcome] = dict.fromkeys(urls)
    todo = deque(outcomes)
    running: dict[Future[int], str] = {}
    with ThreadPoolExecutor(workers) as pool:
        while running or (todo and not stop.is_set()):
            # No more than there are threads: what is submitted begins, and nothing piles up.
            while todo and len(running) < workers and not stop.is_set():
                url = todo.popleft()
                running[pool.submit(fetch, url)] = url
            for future in wait(running, TICK, FIRST_COMPLETED).done:
                url, error = running.pop(future), future.exception()
                if not isinstance(error, Stopped):
                    outcomes[url] = future.result() if error is None else error
    return outcomes


def main(urls: list[str], folder: Path) -> int:
    """Download `urls` into `folder`, report, and return the exit status."""
    stop = Event()
    folder.mkdir(parents=True, exist_ok=True)

    def on_ctrl_c(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the next Ctrl-C ends the program
        stop.set()

    signal.signal(signal.SIGINT, on_ctrl_c)
    outcomes = download_all(lambda url: download(url, folder, stop), urls, stop)
    for url, outcome in outcomes.items():
        text = "not done" if outcome is None else f"{outcome} bytes"
        if isinstance(outcome, BaseException):
            text = f"{type(outcome).__name__}: {outcome}"
        print(f"{url}: {text}")
    done = sum(isinstance(outcome, int) for outcome in outcomes.values())
    print(f"{done} of {len(outcomes)} downloaded")
    return 130 if stop.is_set() else int(done < len(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or URLS, Path("pages")))
