"""A small project that a check may break."""

import pytest

from small_project import SmallProject


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return SmallProject(tmp_path_factory.mktemp("project"))
