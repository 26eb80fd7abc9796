"""What is installed for a build: what the lock says, with its markers decided for that build."""

import re
import sys
import sysconfig
from pathlib import Path

import pytest

from engine import builds, environments, fences


@pytest.fixture
def lock(tmp_path, monkeypatch):
    """Make environments below a folder of the test, from a lock that it may change."""
    copy = tmp_path / "requirements.txt"
    copy.write_text(environments.LOCK.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(environments, "LOCK", copy)
    monkeypatch.setattr(environments, "FOLDER", tmp_path / "builds")
    return copy


def test_an_environment_has_what_is_locked_and_all_that_it_requires(lock):
    made = environments.of(builds.this())
    locked = lock.read_text("utf-8")
    assert {"requests", "urllib3", "certifi", "idna", "pytest"} <= {*made.packages}
    assert all(f"{name.lower()}==" in locked for name in ("requests", "urllib3"))
    assert f"requests=={made.packages['requests']} " in locked
    assert made.name == builds.this().name


def test_a_package_that_is_locked_for_other_versions_is_left_out(lock):
    text = lock.read_text("utf-8")
    assert "\ndistributed==" in text
    name = "distributed==" + text.partition("\ndistributed==")[2].partition(" ")[0]
    lock.write_text(text.replace(name, f"{name} ; python_version < '3.0'"), "utf-8")
    assert "distributed" not in environments.of(builds.this()).packages


def test_a_package_that_is_not_the_locked_one_is_refused(lock):
    text = lock.read_text("utf-8")
    head, rest = text.split("\nrequests==", 1)
    entry, tail = rest.split("# via", 1)
    forged = re.sub("sha256:(.)", lambda m: f"sha256:{'1' if m[1] == '0' else '0'}", entry)
    lock.write_text(f"{head}\nrequests=={forged}# via{tail}", "utf-8")
    with pytest.raises(environments.NotMade):
        environments.of(builds.this())


def test_what_blocks_may_need_is_locked():
    locked = set(re.findall("^([a-z0-9-]+)==", environments.LOCK.read_text("utf-8"), re.M))
    assert set(builds.PACKAGES) <= locked
    marks = "".join(f'<!--pytest.mark.needs("{name}")-->\n' for name in builds.PACKAGES)
    assert fences.errors(f"{marks}```python\npass\n```\n") == []


@pytest.mark.parametrize(
    "reason",
    [
        "Because polars==2.1.0 has no usable wheels and you require polars==2.1.0, …",
        "Because polars==2.1.0 has no wheels with a free-threading compatible ABI tag and …",
    ],
)
def test_what_has_no_wheel_for_a_build_is_left_out(lock, monkeypatch, reason):
    asked = []

    def install(python, *packages):
        asked.append(packages)
        if "polars" in packages:
            raise environments.NotMade(reason)

    monkeypatch.setattr(environments, "_install", install)
    environments.of(builds.this())
    assert asked[1:] == [environments.IMPORTED, *((name,) for name in builds.PACKAGES)]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("/bin/true", "/bin/true: not a Python that starts"),
        ("/nowhere/python3.14", "/nowhere/python3.14: not a Python that starts"),
        ("3.99", "3.99: not a Python that starts"),
    ],
)
def test_what_is_no_build_is_named_in_one_line(program, message):
    with pytest.raises(builds.NoBuild) as told:
        builds.chosen(program)
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('echo \'{"implementation": "PyPy"}\'', "PyPy, not CPython"),
        ("exit 139", "not a Python that starts"),
        ("echo null", "not a Python that starts"),
        (
            'echo \'{"implementation": "CPython", "program": "p", "version": "3.8.1", \''
            '\'"free_threaded": false, "platform": "linux", "details": "d"}\'',
            "CPython 3.8.1, older than 3.11",
        ),
    ],
)
def test_a_program_that_answers_like_no_build_is_named_in_one_line(tmp_path, answer, message):
    program = tmp_path / "python3.14"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    with pytest.raises(builds.NoBuild) as told:
        builds.examine(str(program))
    assert str(told.value) == f"{program}: {message}"


def test_a_machine_with_a_compiler_of_c_alone_builds_nothing(tmp_path, monkeypatch):
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    for compilers, compiles in (["cc"], False), (["cc", "c++"], headers):
        for name in compilers:
            (tmp_path / name).touch(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert builds.examine(sys.executable).compiler is compiles


def test_builds_are_found_where_a_setting_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONS", str(tmp_path / "one"))
    monkeypatch.setattr(builds, "WANTED", ("3.14",))
    (tmp_path / "one").mkdir()
    program = tmp_path / "one/python3.14"
    program.write_text(
        '#!/bin/sh\necho \'{"implementation": "CPython", "program": "here", "version": '
        '"3.14.9", "free_threaded": false, "platform": "linux", "details": "d"}\'\n'
    )
    program.chmod(0o755)
    builds.found.cache_clear()
    try:
        assert "here" in [build.program for build in builds.found()]
    finally:
        builds.found.cache_clear()
