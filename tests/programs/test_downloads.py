"""What examples/pools/downloads.py promises, also when servers fail, hang or break off."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from functools import partial
from queue import SimpleQueue

import pytest
import requests

import load
import serving
from engine import ROOT

PROGRAM = ROOT / "examples/pools/downloads.py"
DEADLINE = 60  # seconds until a test that hangs fails
NEVER = 3600  # seconds of a timeout or pause that no test waits for
SHORT = 0.1  # seconds of a timeout that a test does wait for
ANSWERED = 1  # seconds of one that does pass, though not before the server has the request

downloads = load.program("pools/downloads")
Downloader = downloads.Downloader


class Handler(serving.Handler):
    """Answers by the first part of the path; what follows it makes addresses differ."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kind = self.path.split("/")[1]
        with self.server.lock:
            self.server.hits[kind] += 1
            hits = self.server.hits[kind]
        self.server.seen.put(self.path)
        getattr(self, f"answer_{kind}")(hits)

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self, hits):
        self.answer(200, b"good")

    def answer_flaky(self, hits):
        self.answer(200 if hits > 2 else 503, b"flaky")

    def answer_down(self, hits):
        self.answer(500)

    def answer_absent(self, hits):
        self.answer(404)

    def answer_hang(self, hits):
        self.server.release.wait(DEADLINE)
        self.close_connection = True

    def answer_stall(self, hits):
        self.answer(200, b"x" * downloads.CHUNK, length=2 * downloads.CHUNK)
        self.answer_hang(hits)

    def answer_endless(self, hits):
        self.answer(200, length=2**60)
        while not self.server.release.is_set():
            self.wfile.write(b"x" * downloads.CHUNK)

    def answer_half(self, hits):
        self.answer(200, b"ha", length=None if hits > 1 else 4)
        self.close_connection = True

    def answer_reset(self, hits):
        if hits > 1:
            self.answer(200, b"reset")
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def answer_pair(self, hits):
        self.server.pair.wait(DEADLINE)
        self.answer(200, b"pair")

    def answer_last(self, hits):
        self.server.release.wait(DEADLINE)
        self.answer(200, b"last")

    def answer_releasing(self, hits):
        self.answer(200, b"releasing")
        self.server.release.set()


class Server(serving.Server):
    def __init__(self):
        super().__init__(Handler)
        self.lock = threading.Lock()
        self.hits = Counter()
        self.pair = threading.Barrier(2)


@pytest.fixture(autouse=True)
def ctrl_c_as_before():
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def server(monkeypatch):
    with serving.serving(Server(), monkeypatch) as server:
        yield server


def download(server, path, folder=None, **options):
    """Download one path, with hardly a pause between attempts."""
    with Downloader(folder, **{"backoff": 0.001, "timeout": DEADLINE, **options}) as downloader:
        future = downloader.submit(server.url(path), "file")
    return future


def test_yields_the_size(server):
    assert download(server, "good").result() == (4, None)


def test_saves_into_a_folder_that_it_creates(server, tmp_path):
    folder = tmp_path / "a" / "b"
    assert download(server, "good", folder).result() == (4, folder / "file")
    assert [path.name for path in folder.iterdir()] == ["file"]
    assert (folder / "file").read_bytes() == b"good"


# Faults of one download


def test_a_server_that_fails_twice_is_asked_a_third_time(server):
    assert download(server, "flaky", attempts=3).result().size == 5
    assert server.hits["flaky"] == 3


def test_a_server_that_always_fails_is_asked_as_often_as_agreed(server):
    error = download(server, "down", attempts=4).exception()
    assert isinstance(error, requests.HTTPError)
    assert error.response.status_code == 500
    assert server.hits["down"] == 4


def test_404_is_not_retried(server):
    error = download(server, "absent", attempts=4).exception()
    assert isinstance(error, requests.HTTPError)
    assert error.response.status_code == 404
    assert server.hits["absent"] == 1


def test_a_server_that_hangs_runs_into_the_timeout_each_time(server):
    error = download(server, "hang", attempts=2, timeout=ANSWERED).exception()
    assert isinstance(error, requests.Timeout)
    assert server.hits["hang"] == 2


def test_a_body_that_stalls_runs_into_the_timeout(server, tmp_path):
    error = download(server, "stall", tmp_path, attempts=2, timeout=ANSWERED).exception()
    assert isinstance(error, requests.ConnectionError)  # so requests calls it, in a body
    assert server.hits["stall"] == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("path", "body"), [("half", b"ha"), ("reset", b"reset")])
def test_a_connection_that_breaks_off_is_retried(server, tmp_path, path, body):
    assert download(server, path, tmp_path, attempts=2).result().size == len(body)
    assert (tmp_path / "file").read_bytes() == body
    assert server.hits[path] == 2


def test_a_failure_leaves_the_file_of_an_earlier_run(server, tmp_path):
    (tmp_path / "file").write_bytes(b"earlier")
    assert download(server, "half", tmp_path, attempts=1).exception()
    assert (tmp_path / "file").read_bytes() == b"earlier"
    assert download(server, "good", tmp_path).result()
    assert (tmp_path / "file").read_bytes() == b"good"


def test_an_error_of_the_disk_belongs_to_its_download_and_is_not_retried(server, tmp_path):
    (tmp_path / "file").mkdir()
    error = download(server, "good", tmp_path).exception()
    assert isinstance(error, OSError)
    assert not isinstance(error, requests.RequestException)
    assert server.hits["good"] == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectionError(), True),
        (requests.ReadTimeout(), True),
        (requests.exceptions.SSLError(), False),
        (requests.exceptions.InvalidURL(), False),
        (requests.TooManyRedirects(), False),
        (PermissionError(), False),
    ],
)
def test_what_is_retried(error, expected):
    assert downloads.may_pass(error) is expected


def answered(status, **headers):
    """Return the error of an answer with that status."""
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return requests.HTTPError(response=response)


def test_pauses_double_up_to_a_limit_and_are_scattered():
    downloader = Downloader(backoff=2)
    for attempt, longest in (1, 2), (2, 4), (3, 8), (30, downloads.LONGEST_PAUSE):
        for error in answered(503), requests.ConnectionError():
            pauses = {downloader._pause(error, attempt) for _ in range(10)}
            assert len(pauses) > 1
            assert all(longest / 2 <= pause <= longest for pause in pauses)


@pytest.mark.parametrize(("asked", "pause"), [("7", 7), ("0", 0), ("9" * 400, 60)])
def test_a_pause_that_the_server_asks_for_is_kept(asked, pause):
    assert Downloader()._pause(answered(429, **{"Retry-After": asked}), 1) == pause


# The pool


def test_each_thread_has_one_session(server, monkeypatch):
    used = SimpleQueue()

    class Session(requests.Session):
        def get(self, *args, **options):
            used.put((self, threading.current_thread()))
            return super().get(*args, **options)

        def close(self):
            super().close()
            self.closed = True

    monkeypatch.setattr(downloads.requests, "Session", Session)
    with Downloader(workers=2) as downloader:
        futures = [downloader.submit(server.url("pair"), "") for _ in range(6)]
    assert {future.result().size for future in futures} == {4}
    uses = [used.get() for _ in futures]
    sessions, threads = ({use[part] for use in uses} for part in (0, 1))
    assert len(sessions) == len(threads) == len(set(uses)) == 2
    assert {thread.name for thread in threads} == {"download_0", "download_1"}
    assert all(session.closed for session in sessions)


def leave_as_ctrl_c_does(downloader):
    downloader.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_leaving_by_an_exception_cancels_what_waits_and_ends_pauses(server):
    downloader = Downloader(workers=1, backoff=NEVER)
    failing = downloader.submit(server.url("down"), "")
    waiting = downloader.submit(server.url("good"), "")
    server.seen.get(timeout=DEADLINE)
    leave_as_ctrl_c_does(downloader)
    assert isinstance(failing.exception(DEADLINE), downloads.Stopped)
    assert waiting.cancelled()
    assert server.hits == {"down": 1}


def test_leaving_by_an_exception_ends_a_download_at_its_next_chunk(server, tmp_path, monkeypatch):
    opened = threading.Event()

    def opening(*arguments):
        file = open(*arguments)  # noqa: SIM115
        opened.set()
        return file

    monkeypatch.setattr(downloads, "open", opening, raising=False)
    downloader = Downloader(tmp_path, timeout=NEVER)
    endless = downloader.submit(server.url("endless"), "file")
    assert opened.wait(DEADLINE)
    leave_as_ctrl_c_does(downloader)
    assert isinstance(endless.exception(DEADLINE), downloads.Stopped)
    assert list(tmp_path.iterdir()) == []


def until_it_grows(folder):
    """Return when what is downloaded into the folder has become more."""

    def size():
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    before = size()
    while size() <= before:
        pass


def test_two_downloads_of_one_name_do_not_mix(server, tmp_path):
    """Whichever is complete last stands, whole."""
    with Downloader(tmp_path, workers=2) as downloader:
        downloader.submit(server.url("endless"), "page")
        until_it_grows(tmp_path)
        downloader.submit(server.url("good"), "page").result(DEADLINE)
        until_it_grows(tmp_path)
        downloader._stopping.set()
    assert (tmp_path / "page").read_bytes() == b"good"


def test_without_workers_there_is_no_pool():
    with pytest.raises(ValueError, match="max_workers"):
        Downloader(workers=0)


# The command line


def test_reports_in_the_order_of_the_command_line(server, capsys):
    urls = [server.url(path) for path in ("last", "good", "releasing")]
    assert downloads.main(urls) == 0
    assert capsys.readouterr() == (
        f"{urls[0]}: 4 bytes\n{urls[1]}: 4 bytes\n{urls[2]}: 9 bytes\n3 of 3 downloaded\n",
        "",
    )


def test_one_bad_url_does_not_spoil_the_others(server, capsys, tmp_path):
    urls = [server.url("good/1"), "htp://typo", server.url("absent"), server.url("good/2")]
    assert downloads.main([*urls, "--to", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    first, last = sorted(tmp_path.iterdir())
    assert first.name == f"001-127.0.0.1_{server.server_port}_good_1"
    assert last.name == f"004-127.0.0.1_{server.server_port}_good_2"
    assert lines[0] == f"{urls[0]}: 4 bytes in {first}"
    assert lines[1].startswith("htp://typo: InvalidSchema: ")
    assert lines[2].startswith(f"{urls[2]}: HTTPError: 404 ")
    assert lines[3] == f"{urls[3]}: 4 bytes in {last}"
    assert lines[4] == "2 of 4 downloaded"


def test_a_bug_in_a_download_is_reported_and_the_others_go_on(server, capsys, monkeypatch):
    working = Downloader._try

    def broken(self, url, name):
        if url == "bug":
            raise SystemExit("bug")
        return working(self, url, name)

    monkeypatch.setattr(Downloader, "_try", broken)
    assert downloads.main(["bug", server.url("good")]) == 1
    assert capsys.readouterr().out == (
        f"bug: SystemExit: bug\n{server.url('good')}: 4 bytes\n1 of 2 downloaded\n"
    )


def test_a_url_given_twice_is_downloaded_once(server, capsys):
    assert downloads.main([server.url("good")] * 2) == 0
    assert "1 of 1 downloaded" in capsys.readouterr().out
    assert server.hits == {"good": 1}


@pytest.mark.parametrize("wrong", ["--workers=0", "--attempts=0", "--timeout=nan", "--within=-1"])
def test_numbers_that_make_no_sense_are_refused(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        downloads.main([wrong])
    assert end.value.code == 2
    assert wrong.partition("=")[0] in capsys.readouterr().err


def test_the_command_line_is_read():
    options = downloads.parse(["--workers=3", "--timeout=0.5", "--to=there", "http://one"])
    assert (options.workers, options.timeout, str(options.to)) == (3, 0.5, "there")
    assert options.urls == ["http://one"]
    assert downloads.parse([]).urls == downloads.URLS


def test_what_was_not_done_is_said_without_waiting_for_it():
    cancelled, stopped, running = downloads.Future(), downloads.Future(), downloads.Future()
    cancelled.cancel()
    stopped.set_exception(downloads.Stopped())
    for future in None, cancelled, stopped, running:
        assert downloads.outcome(future) == (False, "not done")


@pytest.mark.parametrize(("terminal", "shown"), [(True, "2 of 3\r"), (False, "")])
def test_progress_is_shown_on_a_terminal_only(terminal, shown, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    downloads.show_progress(2, 3)
    assert capsys.readouterr().err == shown


def test_file_names_are_unique_and_stay_in_the_folder():
    urls = ["https://a/..", "https://a/b?c=d", "https://a/b/c=d", "..", "https://a/" + "é" * 300]
    names = [downloads.file_name(number, url) for number, url in enumerate(urls, 1)]
    assert names[:4] == ["001-a_..", "002-a_b_c_d", "003-a_b_c_d", "004-"]
    assert all(len(name) < 128 and name.isascii() for name in names)


# The process


def start(*arguments, stderr=subprocess.PIPE, **options):
    command = [sys.executable, PROGRAM, *arguments]
    return load.process(command, stdout=subprocess.PIPE, stderr=stderr, text=True, **options)


@pytest.fixture
def terminal():
    """Two ends of a terminal: the one that a program writes to, and the one to read from."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    yield theirs, ours
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("path", ["hang", "stall"])
def test_ctrl_c_half_way_reports_what_was_done(server, tmp_path, terminal, path):
    urls = [server.url(path) for path in ("good", path, "good/queued")]
    options = "--workers=1", f"--timeout={NEVER}", "--to", str(tmp_path)
    with start(*urls, *options, stderr=terminal[0]) as process:
        progress = b""
        while b"1 of 3" not in progress:
            progress += os.read(terminal[1], 100)
        assert [server.seen.get(timeout=DEADLINE) for _ in range(2)] == ["/good", f"/{path}"]
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    (saved,) = tmp_path.glob("[!.]*")
    assert output == (
        "interrupted, until then:\n"
        f"{urls[0]}: 4 bytes in {saved}\n{urls[1]}: not done\n{urls[2]}: not done\n"
        "1 of 3 downloaded\n"
    )
    assert saved.read_bytes() == b"good"
    assert process.returncode == 130
    assert server.hits["good"] == 1


def test_a_ctrl_c_that_comes_again_at_once_changes_nothing(server):
    url = server.url("hang")
    with start(url, f"--timeout={NEVER}") as process:
        assert server.seen.get(timeout=DEADLINE) == "/hang"
        for _ in range(200):
            process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
    assert output == f"interrupted, until then:\n{url}: not done\n0 of 1 downloaded\n"
    assert process.returncode == 130


def test_where_ctrl_c_is_ignored_it_stays_so(server):
    ignore = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with start(server.url("last"), preexec_fn=ignore) as process:
        assert server.seen.get(timeout=DEADLINE) == "/last"
        process.send_signal(signal.SIGINT)
        server.release.set()
        output, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, output


@pytest.mark.parametrize("path", ["hang", "stall", "endless"])
def test_a_run_that_takes_too_long_is_stopped(server, path):
    url = server.url(path)
    with start(url, f"--timeout={NEVER}", f"--within={SHORT}") as process:
        output, errors = process.communicate(timeout=DEADLINE)
    assert output == f"stopped after 0.1 s, until then:\n{url}: not done\n0 of 1 downloaded\n"
    assert errors == ""
    assert process.returncode == 1


@pytest.mark.parametrize(("path", "status"), [("good", 0), ("down", 1)])
def test_the_exit_status_says_whether_all_were_downloaded(server, path, status):
    with start(server.url(path), "--attempts=1") as process:
        _, errors = process.communicate(timeout=DEADLINE)
    assert errors == ""
    assert process.returncode == status
