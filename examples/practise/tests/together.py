"""What the checks start threads with."""

from collections.abc import Callable
from threading import Thread


def together(*functions: Callable[[], object]) -> None:
    """Call each function in a thread of its own, and wait for all."""
    threads = [Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
