"""What examples/when-to-use/checksums.py promises, also when files fail, change or never end."""

import hashlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import load
from engine import ROOT

PROGRAM = ROOT / "examples/when-to-use/checksums.py"
DEADLINE = 20  # seconds until a test that hangs fails
ENDLESS = 1 << 40  # bytes: nobody hashes a file of this size in a test
DIGEST = "0" * 64
ODD_NAMES = ["new\nline", "back\\slash", "carriage\rreturn", " space ", "ünïcode", "*star"]

checksums = load.program("when-to-use/checksums")

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and signals")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    (root / "sub" / "deep").mkdir(parents=True)
    for name in "a", "b", "sub/c", "sub/deep/d":
        (root / name).write_text(f"text of {name}")
    return root


@pytest.fixture
def manifest(root, tmp_path):
    manifest = tmp_path / "SHA256SUMS"
    assert not checksums.create(root, manifest).errors
    return manifest


def in_thread(function):
    """Call `function` in a thread, and return the thread and the list of what came out."""
    outcome = []

    def call():
        try:
            outcome.append(function())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=call, daemon=True)  # so that a failure can end
    thread.start()
    return thread, outcome


def test_lists_every_file_with_its_digest(root, manifest):
    expected = {
        name: hashlib.sha256(f"text of {name}".encode()).hexdigest()
        for name in ("a", "b", "sub/c", "sub/deep/d")
    }
    assert checksums.read_manifest(manifest) == expected
    lines = manifest.read_text().splitlines()
    assert lines == [f"{digest}  {name}" for name, digest in sorted(expected.items())]


def test_a_backslash_is_an_escape_only_in_a_marked_line(tmp_path):
    manifest = tmp_path / "SHA256SUMS"
    manifest.write_text(f"{DIGEST}  a\\nb\n\\{DIGEST} *c\\nd\n")
    assert list(checksums.read_manifest(manifest)) == ["a\\nb", "c\nd"]


def test_a_folder_that_did_not_change_is_clean(root, manifest):
    report = checksums.verify(root, manifest)
    assert report.clean
    assert report.ok == ["a", "b", "sub/c", "sub/deep/d"]


def test_tells_what_changed_what_is_missing_and_what_is_new(root, manifest):
    (root / "a").write_text("another text")
    shutil.rmtree(root / "sub")
    (root / "new").mkdir()
    (root / "new" / "file").touch()
    report = checksums.verify(root, manifest)
    assert not report.clean
    assert (report.ok, report.changed) == (["b"], ["a"])
    assert report.missing == ["sub/c", "sub/deep/d"]
    assert report.unlisted == ["new/file"]


def test_a_file_whose_folder_became_a_file_is_missing(root, manifest):
    shutil.rmtree(root / "sub")
    (root / "sub").touch()
    assert checksums.verify(root, manifest).missing == ["sub/c", "sub/deep/d"]


def test_a_file_longer_than_a_chunk(root, tmp_path):
    data = os.urandom(3 * checksums.CHUNK + 5)
    (root / "a").write_bytes(data)
    digest = checksums.hash_file(root / "a", threading.Event())
    assert digest == hashlib.sha256(data).hexdigest()


def test_a_manifest_inside_the_folder_does_not_list_itself(root):
    inside = root / "SHA256SUMS"
    for _ in range(2):
        assert not checksums.create(root, inside).errors
        assert "SHA256SUMS" not in checksums.read_manifest(inside)
        assert checksums.verify(root, inside).clean


def test_an_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    checksums.create(tmp_path / "empty", tmp_path / "SHA256SUMS")
    assert checksums.verify(tmp_path / "empty", tmp_path / "SHA256SUMS").clean


@posix
def test_odd_names_are_kept(root, tmp_path):
    names = [*ODD_NAMES, os.fsdecode(b"not utf-8: \xff")]
    for name in names:
        (root / name).touch()
    checksums.create(root, tmp_path / "SHA256SUMS")
    assert set(names) <= checksums.read_manifest(tmp_path / "SHA256SUMS").keys()
    assert checksums.verify(root, tmp_path / "SHA256SUMS").clean


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum here")
def test_sha256sum_reads_it_and_the_other_way_round(root, tmp_path):
    for name in ODD_NAMES:
        (root / name).write_text(name)
    manifest = tmp_path / "SHA256SUMS"
    checksums.create(root, manifest)
    check = ["sha256sum", "--check", "--strict", manifest]
    subprocess.run(check, cwd=root, check=True, capture_output=True)

    names = sorted(checksums.read_manifest(manifest))
    written = subprocess.run(["sha256sum", *names], cwd=root, check=True, capture_output=True)
    manifest.write_bytes(written.stdout)
    assert checksums.verify(root, manifest).clean


@posix
def test_links_and_special_files_are_left_out(root, tmp_path):
    (root / "link").symlink_to("a")
    (root / "loop").symlink_to(".")
    os.mkfifo(root / "pipe")
    assert not checksums.create(root, tmp_path / "SHA256SUMS").errors
    listed = checksums.read_manifest(tmp_path / "SHA256SUMS")
    assert sorted(listed) == ["a", "b", "sub/c", "sub/deep/d"]


@posix
def test_a_file_replaced_by_a_pipe_or_a_link_is_an_error_and_does_not_hang(root, manifest):
    (root / "a").unlink()
    os.mkfifo(root / "a")  # opening it would wait for a writer
    (root / "b").unlink()
    (root / "b").symlink_to("sub/c")
    run = subprocess.run(
        [sys.executable, PROGRAM, "verify", root, manifest],
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert "error    a: not a regular file\nerror    b: " in run.stdout
    assert "2 ok, 0 changed, 0 missing, 0 unlisted, 2 errors" in run.stdout
    assert run.returncode == 1


def test_a_file_that_cannot_be_read_does_not_stop_the_others(root, tmp_path, monkeypatch):
    real = checksums._open

    def refuse(path, flags):
        if path.endswith("c"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags)

    monkeypatch.setattr(checksums, "_open", refuse)
    hashes = checksums.create(root, tmp_path / "SHA256SUMS")
    assert sorted(hashes.digests) == ["a", "b", "sub/deep/d"]
    assert isinstance(hashes.errors["sub/c"], PermissionError)
    assert "sub/c" not in checksums.read_manifest(tmp_path / "SHA256SUMS")


def test_a_folder_that_cannot_be_read_is_an_error(root, manifest, monkeypatch):
    real = os.scandir

    def refuse(path):
        if Path(path).name == "deep":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert list(checksums.verify(root, manifest).errors) == ["sub/deep/"]
    assert list(checksums.create(root, manifest).errors) == ["sub/deep/"]


def test_a_file_that_changes_while_it_is_read_is_an_error(root, monkeypatch):
    class Meddler:
        def update(self, chunk):
            with open(root / "a", "ab") as file:
                file.write(b"more")
            self.update = lambda chunk: None

    monkeypatch.setattr(checksums.hashlib, "sha256", Meddler)
    with pytest.raises(OSError, match="changed while it was read"):
        checksums.hash_file(root / "a", threading.Event())


def test_files_are_hashed_at_the_same_time(monkeypatch):
    everyone = threading.Barrier(4)
    monkeypatch.setattr(checksums, "hash_file", lambda path, stop: everyone.wait(DEADLINE))
    hashes = checksums.hash_files(Path(), "abcd", workers=4)
    assert sorted(hashes.digests) == list("abcd")


def test_names_are_taken_only_a_little_ahead_of_the_threads(monkeypatch):
    begun = itertools.count(1)
    taken, most = 0, 0

    def names():
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield str(number)

    def hash_file(path, stop):
        nonlocal most
        most = max(most, taken - next(begun))
        return "digest"

    monkeypatch.setattr(checksums, "hash_file", hash_file)
    assert len(checksums.hash_files(Path(), names(), workers=2).digests) == 1000
    assert most <= 5


def test_no_name_is_taken_while_all_threads_are_busy(monkeypatch):
    release = threading.Event()
    taken = []
    waits = threading.Event()
    wait = checksums.wait

    def names():
        for number in range(100):
            taken.append(number)
            yield str(number)

    def caller_waits(*arguments, **options):
        waits.set()
        return wait(*arguments, **options)

    def hash_file(path, stop):
        assert release.wait(DEADLINE)
        return "digest"

    monkeypatch.setattr(checksums, "hash_file", hash_file)
    monkeypatch.setattr(checksums, "wait", caller_waits)
    thread, outcome = in_thread(lambda: checksums.hash_files(Path(), names(), workers=2))
    assert waits.wait(DEADLINE)
    assert len(taken) == 5  # 2 at work, 2 that wait, and the one that makes the caller wait
    release.set()
    thread.join(DEADLINE)
    assert len(outcome[0].digests) == 100


def test_an_endless_file_ends_when_asked(tmp_path):
    with open(tmp_path / "endless", "wb") as file:
        file.truncate(ENDLESS)
    stop = threading.Event()
    thread, outcome = in_thread(lambda: checksums.hash_file(tmp_path / "endless", stop))
    assert not outcome
    stop.set()
    thread.join(DEADLINE)
    assert isinstance(outcome[0], checksums.Stopped)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), MemoryError(), SystemExit(3)])
def test_a_bug_in_one_thread_stops_the_others_and_comes_out(monkeypatch, error, new_threads):
    stopped, begun = [], []

    def hash_file(path, stop):
        begun.append(path.name)
        if path.name == "2":
            raise error
        stopped.append(stop.wait(DEADLINE))
        raise checksums.Stopped

    monkeypatch.setattr(checksums, "hash_file", hash_file)
    with pytest.raises(type(error)):
        checksums.hash_files(Path(), map(str, range(100)), workers=3)
    assert all(stopped)
    assert len(begun) < 6
    assert new_threads() == []


def test_an_interrupt_stops_the_threads_and_begins_no_file(monkeypatch, new_threads):
    begun = []
    busy = threading.Semaphore(0)

    def names():
        yield from "ab"
        for _ in "ab":
            assert busy.acquire(timeout=DEADLINE)
        yield "c"
        raise KeyboardInterrupt

    def hash_file(path, stop):
        begun.append(path.name)
        busy.release()
        assert stop.wait(DEADLINE)
        raise checksums.Stopped

    monkeypatch.setattr(checksums, "hash_file", hash_file)
    with pytest.raises(KeyboardInterrupt):
        checksums.hash_files(Path(), names(), workers=2)
    assert sorted(begun) == ["a", "b"]
    assert new_threads() == []


@pytest.mark.parametrize("when", ["submit", "wait"])
def test_an_interrupt_never_comes_in_the_middle_of_the_pool(root, monkeypatch, when, new_threads):
    whole = []
    module = checksums.ThreadPoolExecutor if when == "submit" else checksums
    real = getattr(module, when)

    def press(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        whole.append(real(*arguments, **options))
        return whole[-1]

    monkeypatch.setattr(module, when, press)
    with pytest.raises(KeyboardInterrupt):
        checksums.hash_files(root, ["a"])
    assert len(whole) == 1
    assert new_threads() == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_interrupt_does_not_wait_for_the_threads(monkeypatch):
    release, came_back = threading.Event(), []

    def hash_file(path, stop):
        signal.raise_signal(signal.SIGINT)
        return release.wait(DEADLINE)

    def shutdown(pool, wait=True, **_):
        if wait:
            signal.raise_signal(signal.SIGINT)
            came_back.append(pool)

    monkeypatch.setattr(checksums, "hash_file", hash_file)
    monkeypatch.setattr(checksums.ThreadPoolExecutor, "shutdown", shutdown)
    with pytest.raises(KeyboardInterrupt):
        checksums.hash_files(Path(), ["a"])
    release.set()
    assert came_back == []


INTERRUPTED = """
import checksums, os, sys

real = checksums.hash_file

def hash_file(path, stop):
    os.write(1, b"begun\\n")  # one call, so that the lines of two threads do not mix
    return real(path, stop)

checksums.hash_file = hash_file
sys.exit(checksums.main(sys.argv[1:]))
"""


@posix
def test_ctrl_c_half_way_leaves_the_old_manifest(root, manifest, tmp_path):
    old = manifest.read_bytes()
    with open(root / "endless", "wb") as file:
        file.truncate(ENDLESS)
    command = [sys.executable, "-c", INTERRUPTED, "create", root, manifest]
    with load.process(
        command, cwd=PROGRAM.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=DEADLINE)
    assert errors == "checksums: interrupted\n"
    assert process.returncode == 130
    assert manifest.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "data"]


def test_a_manifest_that_cannot_be_replaced_stays_as_it_was(root, manifest, tmp_path, monkeypatch):
    old = manifest.read_bytes()
    (root / "a").write_text("another text")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        checksums.create(root, manifest)
    assert manifest.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "data"]


def test_two_threads_that_write_one_manifest_do_not_mix(tmp_path, monkeypatch):
    manifest, fsync = tmp_path / "SHA256SUMS", os.fsync
    others = []

    def write_another(descriptor):
        monkeypatch.setattr(os, "fsync", fsync)
        fsync(descriptor)
        thread, outcome = in_thread(lambda: checksums.write_manifest(manifest, {"b": DIGEST}))
        thread.join(DEADLINE)
        others.extend([outcome, checksums.read_manifest(manifest)])

    monkeypatch.setattr(os, "fsync", write_another)
    checksums.write_manifest(manifest, {"a": DIGEST})
    assert others == [[None], {"b": DIGEST}]
    assert checksums.read_manifest(manifest) == {"a": DIGEST}
    assert [path.name for path in tmp_path.iterdir()] == ["SHA256SUMS"]


def test_nothing_is_hashed_when_the_manifest_cannot_be_written(root, tmp_path, monkeypatch):
    monkeypatch.setattr(checksums, "hash_files", None)  # would be a TypeError
    with pytest.raises(OSError, match="cannot write here"):
        checksums.create(root, tmp_path / "nowhere" / "SHA256SUMS")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "not a checksum"),
        ("# comment", "not a checksum"),
        (f"{DIGEST[1:]}  a", "not a checksum"),
        (f"{DIGEST}  ", "not a checksum"),
        (f"{DIGEST}  good", "twice"),
        (f"{DIGEST}  ../a", "leaves the folder"),
        (f"{DIGEST}  sub/../../a", "leaves the folder"),
        (f"{DIGEST}  /etc/passwd", "leaves the folder"),
    ],
)
def test_a_bad_manifest_is_refused_with_its_line(root, tmp_path, line, problem):
    manifest = tmp_path / "SHA256SUMS"
    manifest.write_text(f"{DIGEST}  good\n{line}\n{DIGEST}  c\n")
    with pytest.raises(ValueError, match=rf"SHA256SUMS:2: .*{problem}"):
        checksums.verify(root, manifest)


def test_exit_status(root, tmp_path, capsys):
    manifest = tmp_path / "SHA256SUMS"
    files = [str(root), str(manifest)]
    assert checksums.main(["verify", *files]) == 2
    assert "No such file" in capsys.readouterr().err
    assert checksums.main(["create", *files]) == 0
    assert checksums.main(["verify", *files, "--workers", "1"]) == 0
    (root / "a").unlink()
    assert checksums.main(["verify", *files]) == 1
    assert "missing  a\n3 ok" in capsys.readouterr().out
    manifest.write_text("nonsense\n")
    assert checksums.main(["verify", *files]) == 2
    assert "SHA256SUMS:1" in capsys.readouterr().err
    for wrong in (
        ["repair", *files],
        ["verify", "nowhere", files[1]],
        ["create", *files, "--workers=0"],
    ):
        with pytest.raises(SystemExit) as end:
            checksums.main(wrong)
        assert end.value.code == 2


@posix
def test_a_name_cannot_break_a_line_of_the_report(root, manifest, capsys):
    (root / "x\nmissing  a").touch()
    assert checksums.main(["verify", str(root), str(manifest)]) == 1
    assert "unlisted x\\nmissing  a\n" in capsys.readouterr().out
