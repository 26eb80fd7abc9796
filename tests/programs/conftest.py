"""What tests of programs share; nothing of the site: they run on every CPython that has pytest."""

import threading

import pytest


@pytest.fixture
def new_threads():
    """A function that returns the threads that have begun since; blocks may run beside."""
    before = {*threading.enumerate()}
    return lambda: [
        thread
        for thread in threading.enumerate()
        if not (thread in before or thread.daemon or thread.name.startswith("page"))
    ]
