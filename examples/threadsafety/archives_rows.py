"""zlib, bz2, lzma, zstd, gzip, hashlib, hmac, zipfile and tarfile, in four threads."""

import bz2
import gzip
import hashlib
import hmac
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import Any

import stress
from stress import Stress, Wrong, expect

TEXT = b"threads share objects " * 50
LARGE = TEXT * 20  # above 2047 bytes hashlib lets go of the GIL


def zlib_compress(run: Stress) -> None:
    run(lambda: expect(zlib.decompress(zlib.compress(TEXT)) == TEXT, "other"))


def stream(run: Stress, make: Any, decompress: Any) -> None:
    """Let two threads feed one compressor; what comes must decompress to all of it."""

    def feed(shared: Any) -> None:
        compressor, parts = shared
        for _ in range(10):
            parts.append(compressor.compress(TEXT))

    def check(shared: Any, _: list[Any]) -> None:
        compressor, parts = shared
        try:
            whole = decompress(b"".join([*parts, compressor.flush()]))
        except Exception as error:
            raise Wrong("the stream cannot be decompressed") from error
        if whole != TEXT * 20:
            raise Wrong("the stream holds other data")

    run.rounds(lambda: (make(), []), feed, check=check, each=10)


def zlib_compressobj(run: Stress) -> None:
    stream(run, zlib.compressobj, zlib.decompress)


def bz2_compressor(run: Stress) -> None:
    stream(run, bz2.BZ2Compressor, bz2.decompress)


def lzma_compressor(run: Stress) -> None:
    stream(run, lambda: lzma.LZMACompressor(preset=0), lzma.decompress)


def zstd_compressor(run: Stress) -> None:
    from compression import zstd  # type: ignore[import-not-found]  # since 3.14

    stream(run, zstd.ZstdCompressor, zstd.decompress)


def zstd_dictionary(run: Stress) -> None:
    from compression import zstd

    samples = [bytes([65 + number % 26]) * 40 + TEXT for number in range(60)]
    shared = zstd.train_dict(samples, 1000)

    def turn() -> None:
        packed = zstd.compress(TEXT, zstd_dict=shared)
        if zstd.decompress(packed, zstd_dict=shared) != TEXT:
            raise Wrong("other data")

    run(turn)


def gzip_write(run: Stress) -> None:
    def check(shared: Any, _: list[Any]) -> None:
        file, target = shared
        file.close()
        try:
            found = gzip.decompress(target.getvalue())
        except Exception as error:
            raise Wrong("the file cannot be read") from error
        if found != TEXT * 10:
            raise Wrong("the file holds other data")

    def make() -> Any:
        target = io.BytesIO()
        return gzip.GzipFile(fileobj=target, mode="wb"), target

    def write(shared: Any) -> None:
        for _ in range(5):
            shared[0].write(TEXT)

    run.rounds(make, write, check=check, each=5)


def reading(run: Stress, open_file: Any) -> None:
    """Let two threads read one file; together they must get all of it once."""

    def take(file: Any) -> bytes:
        taken = b""
        while part := file.read(500):
            taken += part
        return taken

    def check(file: Any, results: list[Any]) -> None:
        taken = sorted(b"".join(result or b"" for result in results))
        if taken != wanted:
            raise Wrong(f"{len(taken)} bytes of {len(wanted)} came, or others")

    wanted = sorted(LARGE)
    run.rounds(open_file, take, check=check, each=20)


def gzip_read(run: Stress) -> None:
    packed = gzip.compress(LARGE)
    reading(run, lambda: gzip.GzipFile(fileobj=io.BytesIO(packed)))


def bz2_read(run: Stress) -> None:
    packed = bz2.compress(LARGE)
    reading(run, lambda: bz2.BZ2File(io.BytesIO(packed)))


def lzma_read(run: Stress) -> None:
    packed = lzma.compress(LARGE, preset=0)
    reading(run, lambda: lzma.LZMAFile(io.BytesIO(packed)))


def hashlib_update(run: Stress) -> None:
    def check(shared: Any, _: list[Any]) -> None:
        if shared.digest() != wanted:
            raise Wrong("the digest of other data")

    def feed(shared: Any) -> None:
        for _ in range(5):
            shared.update(LARGE)

    wanted = hashlib.sha256(LARGE * 10).digest()
    run.rounds(hashlib.sha256, feed, check=check, each=5)


def hashlib_blake(run: Stress) -> None:
    def check(shared: Any, _: list[Any]) -> None:
        if shared.digest() != wanted:
            raise Wrong("the digest of other data")

    def feed(shared: Any) -> None:
        for _ in range(5):
            shared.update(LARGE)

    wanted = hashlib.blake2b(LARGE * 10).digest()
    run.rounds(hashlib.blake2b, feed, check=check, each=5)


def hashlib_call(run: Stress) -> None:
    wanted = hashlib.sha256(TEXT).digest()
    run(lambda: expect(hashlib.sha256(TEXT).digest() == wanted, "another"))


def hmac_update(run: Stress) -> None:
    def check(shared: Any, _: list[Any]) -> None:
        if shared.digest() != wanted:
            raise Wrong("the digest of other data")

    def feed(shared: Any) -> None:
        for _ in range(5):
            shared.update(LARGE)

    wanted = hmac.digest(b"key", LARGE * 10, "sha256")
    run.rounds(lambda: hmac.new(b"key", digestmod="sha256"), feed, check=check, each=5)


def archive() -> io.BytesIO:
    """Return a ZIP file of twenty members in memory."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(20):
            file.writestr(f"{number}.txt", bytes([65 + number]) * 3000)
    return data


def zipfile_read(run: Stress) -> None:
    shared = zipfile.ZipFile(archive())

    def read(number: int) -> Any:
        def task() -> None:
            if shared.read(f"{number}.txt") != bytes([65 + number]) * 3000:
                raise Wrong("another member")

        return task

    run(*[read(number) for number in range(stress.THREADS)])


def zipfile_write(run: Stress) -> None:
    data = io.BytesIO()
    shared = zipfile.ZipFile(data, "w")
    numbers = iter(range(10**9))
    (done,) = run(lambda: shared.writestr(f"{next(numbers)}.txt", TEXT), most=500)
    shared.close()
    found = zipfile.ZipFile(data)
    bad = found.testzip()
    run.lost(len(found.namelist()), done)
    if bad:
        run.note(Wrong("a member is damaged"))


def tarfile_read(run: Stress) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as file:
        for number in range(20):
            about = tarfile.TarInfo(f"{number}.txt")
            about.size = 3000
            file.addfile(about, io.BytesIO(bytes([65 + number]) * 3000))
    data.seek(0)
    shared = tarfile.open(fileobj=data)
    names = shared.getnames()

    def read(number: int) -> Any:
        def task() -> None:
            member = shared.extractfile(names[number])
            if not member or member.read() != bytes([65 + number]) * 3000:
                raise Wrong("another member's data")

        return task

    run(*[read(number) for number in range(stress.THREADS)])


def tarfile_write(run: Stress) -> None:
    data = io.BytesIO()
    shared = tarfile.open(fileobj=data, mode="w")

    def add() -> None:
        about = tarfile.TarInfo("a.txt")
        about.size = len(TEXT)
        shared.addfile(about, io.BytesIO(TEXT))

    (done,) = run(add, most=500)
    shared.close()
    data.seek(0)
    try:
        run.lost(len(tarfile.open(fileobj=data).getnames()), done)
    except tarfile.TarError as error:
        run.note(Wrong(f"the archive cannot be read: {error}"))


if __name__ == "__main__":
    stress.main(globals())
