"""What examples/learn/downloader.py promises, also when servers fail, hang or Ctrl-C comes."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest
import requests

import load
import serving
from engine import ROOT

PROGRAM = ROOT / "examples/learn/downloader.py"
DEADLINE = 60  # seconds until a test that hangs fails

downloader = load.program("learn/downloader")
Stopped, download, download_all = (
    downloader.Stopped,
    downloader.download,
    downloader.download_all,
)


class Handler(serving.Handler):
    """Answers by the first part of the path."""

    def do_GET(self):
        self.server.seen.put(self.path)
        getattr(self, "answer_" + self.path.split("/")[1])()

    def answer(self, status, body, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self):
        self.answer(200, self.path.encode())

    def answer_absent(self):
        self.answer(404, b"no")

    def answer_half(self):
        self.answer(200, b"ha", 4)

    def answer_late(self):
        """Send one chunk, and the other when the test says so."""
        self.answer(200, b"x" * downloader.CHUNK, 2 * downloader.CHUNK)
        self.wfile.flush()
        self.server.begun.put(self.path)
        assert self.server.release.wait(DEADLINE)
        self.wfile.write(b"x" * downloader.CHUNK)

    def answer_silent(self):
        self.server.release.wait(DEADLINE)


class Server(serving.Server):
    def __init__(self):
        super().__init__(Handler)
        self.begun = SimpleQueue()


@pytest.fixture
def server(monkeypatch):
    with serving.serving(Server(), monkeypatch) as server:
        yield server


@pytest.fixture
def stop():
    return threading.Event()


@pytest.fixture
def run(server, tmp_path):
    """Run the program to its end in a folder of its own; return its status, lines and errors."""

    def run(*paths):
        urls = [path if ":" in path else server.url(path) for path in paths]
        done = subprocess.run(
            [sys.executable, PROGRAM, *urls],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        lines = done.stdout.replace(server.url(""), "").splitlines()
        return done.returncode, lines, done.stderr

    return run


def saved(folder):
    return sorted(path.name for path in folder.iterdir())


# One download


def test_saves_what_the_server_answers(server, tmp_path, stop):
    url = server.url("good")
    assert download(url, tmp_path, stop) == len("/good")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["/good"]


def test_two_that_save_the_same_page_do_not_mix(server, tmp_path, stop, monkeypatch):
    """Two runs of the program in one folder do so."""
    both, replace = threading.Barrier(2), downloader.Path.replace

    def replace_together(path, target):
        both.wait(DEADLINE)
        return replace(path, target)

    monkeypatch.setattr(downloader.Path, "replace", replace_together)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(download, server.url("good"), tmp_path, stop) for _ in range(2)]
        assert [future.result(DEADLINE) for future in futures] == [len("/good")] * 2
    assert [path.read_text() for path in tmp_path.iterdir()] == ["/good"]


def test_addresses_that_look_alike_become_two_files(server, tmp_path, stop):
    for path in "good/a/b", "good/a_b", "good/a?b", "good/a%2Fb":
        download(server.url(path), tmp_path, stop)
    assert len(saved(tmp_path)) == 4


@pytest.mark.parametrize("path", ["absent", "half"])
def test_a_download_that_fails_raises_and_leaves_nothing(server, tmp_path, stop, path):
    with pytest.raises(requests.RequestException):
        download(server.url(path), tmp_path, stop)
    assert saved(tmp_path) == []


def test_a_failure_keeps_the_whole_file_of_an_earlier_run(server, tmp_path, stop, monkeypatch):
    url = server.url("good")
    download(url, tmp_path, stop)
    monkeypatch.setattr(Handler, "answer_good", Handler.answer_half)
    with pytest.raises(requests.RequestException):
        download(url, tmp_path, stop)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["/good"]


def test_a_server_that_is_silent_ends_in_a_timeout(server, tmp_path, stop, monkeypatch):
    monkeypatch.setattr(downloader, "TIMEOUT", 0.1)
    with pytest.raises(requests.Timeout):
        download(server.url("silent"), tmp_path, stop)


def test_a_download_stops_at_its_next_chunk_and_leaves_nothing(server, tmp_path, stop):
    def stop_it():
        server.begun.get(timeout=DEADLINE)
        stop.set()
        server.release.set()

    stopper = threading.Thread(target=stop_it)
    stopper.start()
    with pytest.raises(Stopped):
        download(server.url("late"), tmp_path, stop)
    stopper.join(DEADLINE)
    assert saved(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_an_error(server, tmp_path, stop):
    with pytest.raises(FileNotFoundError):
        download(server.url("good"), tmp_path / "absent", stop)


# Many downloads


def test_an_outcome_for_each_address_in_order(stop):
    urls = [str(number) for number in range(50)]
    outcomes = download_all(int, urls, stop)
    assert list(outcomes.items()) == [(url, int(url)) for url in urls]


def test_results_and_failures_are_both_there(stop):
    outcomes = download_all(int, ["1", "two", "3"], stop)
    assert outcomes["1"] == 1
    assert outcomes["3"] == 3
    assert isinstance(outcomes["two"], ValueError)


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3), KeyboardInterrupt()])
def test_whatever_a_download_raises_is_reported_and_the_others_go_on(stop, error):
    def fetch(url):
        if url == "bad":
            raise error
        return len(url)

    urls = ["bad", "a", "ab"]
    assert download_all(fetch, urls, stop, 1) == {"bad": error, "a": 1, "ab": 2}


def test_nothing_to_do(stop, new_threads):
    assert download_all(int, [], stop) == {}
    assert new_threads() == []


def test_an_address_given_twice_is_downloaded_once(stop):
    fetched = []
    assert download_all(lambda url: fetched.append(url) or 1, ["a", "b", "a"], stop) == {
        "a": 1,
        "b": 1,
    }
    assert sorted(fetched) == ["a", "b"]


def test_at_most_so_many_at_once_and_really_so_many(stop):
    lock, now, most = threading.Lock(), 0, 0
    all_at_once = threading.Barrier(3)

    def fetch(url):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        all_at_once.wait(DEADLINE)  # breaks if fewer than three run at once
        with lock:
            now -= 1
        return 1

    outcomes = download_all(fetch, map(str, range(12)), stop, 3)
    assert set(outcomes.values()) == {1}
    assert most == 3


def test_no_more_is_submitted_than_there_are_threads(stop, monkeypatch):
    release, queued = threading.Event(), []

    class Pool(downloader.ThreadPoolExecutor):
        def submit(self, *args):
            queued.append(self._work_queue.qsize())
            return super().submit(*args)

    monkeypatch.setattr(downloader, "ThreadPoolExecutor", Pool)

    def fetch(url):
        if url == "1":
            release.set()
        assert release.wait(DEADLINE)
        return 1

    download_all(fetch, map(str, range(100)), stop, 2)
    assert len(queued) == 100
    assert max(queued) < 2


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_is_an_error(stop, workers):
    with pytest.raises(ValueError, match="max_workers"):
        download_all(int, ["1"], stop, workers)


# Stop


def test_after_a_stop_none_begins_and_what_ran_is_not_lost(stop, new_threads):
    fetched = []

    def fetch(url):
        fetched.append(url)
        stop.set()
        return 1

    assert download_all(fetch, "abcd", stop, 1) == {"a": 1, "b": None, "c": None, "d": None}
    assert fetched == ["a"]
    assert new_threads() == []


def test_a_stop_before_the_begin_begins_nothing(stop):
    stop.set()
    assert download_all(int, ["1", "2"], stop) == {"1": None, "2": None}


def test_a_download_that_was_given_up_is_not_done_and_no_error(stop):
    def fetch(url):
        if url == "gives up":
            assert stop.wait(DEADLINE)
            raise Stopped
        stop.set()
        return 1

    assert download_all(fetch, ["gives up", "ends"], stop, 2) == {"gives up": None, "ends": 1}


def test_a_second_run_begins_anew(stop):
    stop.set()
    assert download_all(int, ["1"], stop) == {"1": None}
    assert download_all(int, ["1"], threading.Event()) == {"1": 1}


# The program


def test_the_program_reports_all_and_succeeds(run):
    assert run("good/1", "good/2") == (
        0,
        ["good/1: 7 bytes", "good/2: 7 bytes", "2 of 2 downloaded"],
        "",
    )


def test_a_failure_is_reported_and_loses_no_other(run, tmp_path):
    status, lines, errors = run("good/1", "absent", "htp://x", "good/2")
    assert (status, errors) == (1, "")
    assert lines[0] == "good/1: 7 bytes"
    assert lines[1].startswith("absent: HTTPError: 404")
    assert lines[2].startswith("htp://x: InvalidSchema: ")
    assert lines[3:] == ["good/2: 7 bytes", "2 of 4 downloaded"]
    assert len(saved(tmp_path / "pages")) == 2


def test_a_second_run_replaces_and_adds_nothing(run, tmp_path):
    first = run("good/1", "good/2")
    before = saved(tmp_path / "pages")
    assert run("good/1", "good/2") == first
    assert saved(tmp_path / "pages") == before


def test_without_addresses_it_takes_its_own(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(downloader, "download", lambda url, folder, stop: len(url))
    handler = signal.getsignal(signal.SIGINT)
    try:
        assert downloader.main(downloader.URLS, tmp_path / "new" / "pages") == 0
    finally:
        signal.signal(signal.SIGINT, handler)
    assert capsys.readouterr().out.splitlines()[-1] == "3 of 3 downloaded"


def interrupted(server, tmp_path, *paths):
    """Start the program on its own, and return it once one download is in the middle."""
    return load.process(
        [sys.executable, PROGRAM, *map(server.url, paths)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_in_the_middle_loses_nothing(server, tmp_path):
    # Four threads: three downloads hang in the middle, so the good ones go one after another.
    paths = "late/1", "late/2", "late/3", "good/1", "good/2", "late/4", "good/3"
    with interrupted(server, tmp_path, *paths) as running:
        for _ in range(4):
            server.begun.get(timeout=DEADLINE)
        running.send_signal(signal.SIGINT)
        server.release.set()  # now the servers send the rest
        output, errors = running.communicate(timeout=DEADLINE)
    lines = output.replace(server.url(""), "").splitlines()
    good = ["good/1: 7 bytes", "good/2: 7 bytes"]
    assert lines[3:5] == good, "what was done before Ctrl-C is not reported"
    assert [line.split(":")[0] for line in lines[:-1]] == [*paths]
    assert lines[-2] == "good/3: not done", "began after Ctrl-C"
    assert (running.returncode, errors) == (130, "")
    whole = sum(line.endswith("bytes") for line in lines)
    assert lines[-1] == f"{whole} of 7 downloaded"
    assert len(saved(tmp_path / "pages")) == whole, "the report and the folder differ"


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_a_second_ctrl_c_ends_it_at_once(server, tmp_path):
    with interrupted(server, tmp_path, "late/1") as running:
        server.begun.get(timeout=DEADLINE)
        end = time.monotonic() + DEADLINE
        while running.poll() is None:  # one that comes while the first is handled may count as it
            assert time.monotonic() < end
            running.send_signal(signal.SIGINT)
        running.communicate(timeout=DEADLINE)
    # 130 where what the server had sent arrived only after the first: that ends the download, too.
    assert running.returncode in (-signal.SIGINT, 130), "it waited for the server"
