"""What is installed for a build: what the lock says, with its markers decided for that build."""

import pytest
from packaging.requirements import Requirement

from engine import matrix
from engine.interpreters import Interpreter


def build(version, free_threaded=False):
    return Interpreter("python", version, free_threaded, "linux", "details")


def names(text):
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    found = [Requirement(line.rstrip("\\ ")) for line in lines]
    assert all(requirement.marker is None for requirement in found)
    return {requirement.name for requirement in found}


def test_a_package_comes_with_all_that_it_requires():
    assert {"requests", "urllib3", "certifi", "idna"} <= names(
        matrix.locked("requests", build("3.13.0"))
    )


@pytest.mark.parametrize(
    ("name", "version", "there"),
    [
        ("frontrun", "3.14.1", True),
        ("frontrun", "3.15.2", False),
        ("importlib-metadata", "3.11.7", True),
        ("importlib-metadata", "3.13.0", False),
    ],
)
def test_markers_are_decided_for_the_build_and_not_for_the_site(name, version, there):
    assert (name in names(matrix.locked(name, build(version)))) == there
