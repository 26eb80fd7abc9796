"""A task that fails at first, two at once of which one always fails, and one that takes long."""

from collections.abc import Callable
from threading import Event

from ex14_retry import Task


def failing(times: int) -> Callable[[], str]:
    errors = ["first", "second", "third"][:times]

    def fetch() -> str:
        if errors:
            raise OSError(errors.pop(0))
        return "page"

    return fetch


def told(task: Task) -> str:
    try:
        return task.result()
    except OSError as error:
        return f"OSError: {error}"


def test_a_second_attempt_succeeds() -> None:
    said = told(Task(failing(1), 2))
    assert said == "page", f"the second of two attempts gave 'page', and result() gave {said!r}"


def test_each_task_tells_its_own_error() -> None:
    bad, good = Task(failing(2), 2), Task(failing(0), 2)
    said = told(bad), told(good)
    expected = "OSError: second", "page"
    assert said == expected, f"the results must be {expected}, and are {said}"


def test_who_makes_a_task_goes_on() -> None:
    goes_on = Event()

    def fetch() -> str:
        goes_on.wait()
        return "page"

    task = Task(fetch, 1)
    goes_on.set()
    assert told(task) == "page", "the fetch gave 'page', and result() did not"
