"""Write the checksums of all files below a folder, and verify them later, with threads.

    python checksums.py create FOLDER MANIFEST
    python checksums.py verify FOLDER MANIFEST
    python checksums.py                         shows what it does, in a temporary folder

Reading a file and hashing it both release the GIL, so threads overlap the waits for disk
or network, and use several cores for the hashing, on every build of CPython:
https://docs.python.org/3/library/hashlib.html

The manifest is in the format of `sha256sum`, which can verify it too, inside FOLDER.
Symbolic links and special files are left out. Exit status: 0 if all is well, 1 if files
differ or cannot be read, 2 for wrong usage or a bad manifest, 130 after Ctrl-C.
"""

import argparse
import errno
import hashlib
import os
import re
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 1 << 18  # bytes to read at once; hashlib releases the GIL above 2047
LINE = re.compile(rb"(\\?)([0-9a-f]{64}) [ *](.+)")
ESCAPES = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}


class Stopped(Exception):
    """A file was not hashed to its end, because the work was asked to stop."""


@dataclass
class Hashes:
    """What became of each file: its SHA-256 in hexadecimal, or the error."""

    digests: dict[str, str] = field(default_factory=dict)
    errors: dict[str, OSError] = field(default_factory=dict)


@dataclass
class Report:
    """How a folder compares with its manifest; names are relative, with "/"."""

    ok: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    errors: dict[str, OSError] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether every file is there, as it was, and no other."""
        return not (self.changed or self.missing or self.unlisted or self.errors)


def hash_file(path: Path, stop: threading.Event) -> str:
    """Return the SHA-256 of a regular file, in hexadecimal.

    Raises:
        OSError: it cannot be read, is a link or special file, or changed meanwhile.
        Stopped: `stop` was set; looked at before each chunk.
    """
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(CHUNK))
    with open(path, "rb", buffering=0, opener=_open) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        while size := file.readinto(buffer):
            if stop.is_set():
                raise Stopped
            digest.update(buffer[:size])
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OSError(errno.EINVAL, "changed while it was read", str(path))
    return digest.hexdigest()


def _open(path: str, flags: int) -> int:
    # Opening a named pipe would wait for a writer; a link may lead out of the folder.
    flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags)


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if Ctrl-C was pressed in this block.

    Elsewhere in the block a first Ctrl-C raises nothing. In the middle of `submit` or `wait` it
    could leave a lock of the pool held, and the pool's threads would wait for it forever. An
    exception that leaves the block goes first.
    https://docs.python.org/3/library/signal.html#note-on-signal-handlers-and-exceptions
    """
    pressed = False

    def press(*_: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)  # the next one does not wait

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    ours = ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, press)
    try:
        yield check
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    check()


def hash_files(root: Path, names: Iterable[str], workers: int | None = None) -> Hashes:
    """Hash files below `root` in threads, and collect what succeeded and what failed.

    A file that cannot be read does not stop the others. Anything else does: files under
    way end at their next chunk, no other is begun, and the exception goes to the caller
    once all threads have ended. So does Ctrl-C, as soon as `names` gives the next name; a
    second one does not wait for the threads.

    `names` is read as the threads get on, and only a little ahead of them, so that a tree
    of any size makes a bounded number of tasks.

    Args:
        workers: number of threads; by default that of `ThreadPoolExecutor`.
    """
    hashes = Hashes()
    pending: dict[Future[str], str] = {}
    stop = threading.Event()

    def collect(limit: int) -> None:
        check()
        while len(pending) > limit:
            # With a timeout, as Ctrl-C does not interrupt it.
            done, _ = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                name = pending.pop(future)
                try:
                    hashes.digests[name] = future.result()
                except OSError as error:
                    hashes.errors[name] = error
            check()

    ahead = 2 * (workers or 32)  # the pool's default is at most 32
    with held_back() as check, ThreadPoolExecutor(workers, thread_name_prefix="checksum") as pool:
        try:
            for name in names:
                pending[pool.submit(hash_file, root / name, stop)] = name
                collect(ahead)
            collect(0)
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
    return hashes


def find_files(root: Path, errors: dict[str, OSError]) -> Iterator[str]:
    """Yield the names of the regular files below `root`; put unreadable folders in `errors`."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    name = f"{folder}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{name}/")
                    elif entry.is_file(follow_symlinks=False):
                        yield name
        except OSError as error:
            errors[folder] = error


def create(root: Path, manifest: Path, workers: int | None = None) -> Hashes:
    """Write the checksums of all files below `root`, except `manifest`, to `manifest`.

    The manifest appears complete or not at all. Files that cannot be read are left out
    of it, and are in the `errors` of the result.

    Raises:
        OSError: the manifest cannot be written.
    """
    if not os.access(manifest.parent, os.W_OK):  # better now than after an hour
        raise OSError(errno.EACCES, "cannot write here", str(manifest.parent))
    unreadable: dict[str, OSError] = {}
    own = _name_below(root, manifest)
    names = (name for name in find_files(root, unreadable) if name != own)
    hashes = hash_files(root, names, workers)
    hashes.errors |= unreadable
    write_manifest(manifest, hashes.digests)
    return hashes


def verify(root: Path, manifest: Path, workers: int | None = None) -> Report:
    """Compare the files below `root` with `manifest`.

    Raises:
        OSError: the manifest cannot be read.
        ValueError: it is not a manifest, or names a file outside of `root`.
    """
    expected = read_manifest(manifest)
    report = Report()
    hashes = hash_files(root, expected, workers)
    for name, digest in hashes.digests.items():
        (report.ok if digest == expected[name] else report.changed).append(name)
    for name, error in hashes.errors.items():
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            report.missing.append(name)
        else:
            report.errors[name] = error
    found = set(find_files(root, report.errors))
    report.unlisted = list(found - expected.keys() - {_name_below(root, manifest)})
    for names in report.ok, report.changed, report.missing, report.unlisted:
        names.sort()
    return report


def _name_below(root: Path, path: Path) -> str | None:
    root, path = root.resolve(), path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def write_manifest(manifest: Path, digests: dict[str, str]) -> None:
    """Replace `manifest` in one step, sorted by name."""
    writer = threading.get_native_id()  # no other thread of the machine has this draft
    draft = manifest.with_name(f".{manifest.name}.{writer}.draft")
    try:
        with open(draft, "xb") as file:
            for name, digest in sorted(digests.items()):
                escaped = _escape(name)
                mark = b"" if escaped == os.fsencode(name) else b"\\"
                file.write(b"%b%b  %b\n" % (mark, digest.encode(), escaped))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, manifest)
    finally:
        draft.unlink(missing_ok=True)


def _escape(name: str) -> bytes:
    return re.sub(rb"[\\\n\r]", lambda match: ESCAPES[match[0]], os.fsencode(name))


def read_manifest(manifest: Path) -> dict[str, str]:
    """Return {name: SHA-256 in hexadecimal}.

    Raises:
        ValueError: with the line that is not as `write_manifest` or `sha256sum` write it,
            names a file twice, or names one outside of the folder.
    """
    plain = {escape: char for char, escape in ESCAPES.items()}
    digests: dict[str, str] = {}
    lines = manifest.read_bytes().removesuffix(b"\n").split(b"\n")
    for number, line in enumerate(lines if lines != [b""] else [], 1):
        match = LINE.fullmatch(line)
        if not match:
            raise ValueError(f"{manifest}:{number}: not a checksum and a name")
        mark, digest, raw = match.groups()
        if mark:
            raw = re.sub(rb"\\[\\nr]", lambda escape: plain[escape[0]], raw)
        name = os.fsdecode(raw)
        if name in digests:
            raise ValueError(f"{manifest}:{number}: {name!r} is there twice")
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"{manifest}:{number}: {name!r} leaves the folder")
        digests[name] = digest.decode()
    return digests


def show(kind: str, names: Iterable[str], errors: dict[str, OSError] | None = None) -> None:
    """Print a line for each name, with its error if there is one."""
    for name in names:
        reason = f": {errors[name].strerror}" if errors else ""
        printable = _escape(name).decode("utf-8", "backslashreplace")
        print(f"{kind:8} {printable or '.'}{reason}")


def run_create(root: Path, manifest: Path, workers: int | None) -> int:
    """Create a manifest, print what happened, and return the exit status."""
    hashes = create(root, manifest, workers)
    show("error", sorted(hashes.errors), hashes.errors)
    print(f"{len(hashes.digests)} listed, {len(hashes.errors)} errors")
    return 1 if hashes.errors else 0


def run_verify(root: Path, manifest: Path, workers: int | None) -> int:
    """Verify a folder, print what differs, and return the exit status."""
    report = verify(root, manifest, workers)
    for kind in "changed", "missing", "unlisted":
        show(kind, getattr(report, kind))
    show("error", sorted(report.errors), report.errors)
    counts = {
        kind: len(getattr(report, kind))
        for kind in ("ok", "changed", "missing", "unlisted", "errors")
    }
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 0 if report.clean else 1


def demonstrate() -> int:
    """Create a manifest of four files, change the folder, and verify it."""
    with tempfile.TemporaryDirectory() as folder:
        root, manifest = Path(folder, "data"), Path(folder, "SHA256SUMS")
        (root / "photos").mkdir(parents=True)
        for name in "notes.txt", "report.csv", "photos/cat.jpg", "photos/dog.jpg":
            (root / name).write_text(name)

        print("$ checksums.py create data SHA256SUMS")
        run_create(root, manifest, None)
        print("$ checksums.py verify data SHA256SUMS")
        run_verify(root, manifest, None)

        print("(change one file, remove one, add one)")
        (root / "report.csv").write_text("report,csv")
        (root / "photos/dog.jpg").unlink()
        (root / "photos/fish.jpg").touch()
        print("$ checksums.py verify data SHA256SUMS")
        run_verify(root, manifest, None)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line, and return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments:
        return demonstrate()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["create", "verify"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--workers", type=int, help="number of threads")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    if options.workers is not None and options.workers < 1:
        parser.error("--workers must be at least 1")
    run = run_create if options.command == "create" else run_verify
    try:
        return run(options.folder, options.manifest, options.workers)
    except (OSError, ValueError) as error:
        print(f"checksums: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("checksums: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
