"""KeyboardInterrupt at each place of a call where Ctrl-C can arrive, one after another."""

import _weakrefset
import inspect
import linecache
import sys

# What this file calls itself, and callbacks of weak references: those print what they raise.
LEFT_OUT = __file__, _weakrefset.__file__


def interrupt(call, place, files=()):
    """Call `call` with KeyboardInterrupt at that place; tell whether it came there.

    CPython looks for signals when a function begins and after each call, so the places are the
    beginning and the end of each call that this thread makes, in the standard library, too. With
    `files` they are the lines of these files instead.
    """
    reached = -1
    trace, profile = sys.gettrace(), sys.getprofile()  # of coverage

    def press():
        nonlocal reached
        reached += 1
        if reached == place:
            sys.settrace(trace)
            sys.setprofile(profile)
            raise KeyboardInterrupt

    def at_calls(frame, event, function):
        # `with lock` is one step, but on 3.14: https://github.com/python/cpython/issues/148874
        name = getattr(function, "__name__", "")
        step = name in {"__enter__", "__exit__"} and name != frame.f_code.co_name
        if frame.f_code.co_filename not in LEFT_OUT and not step:
            press()

    def at_lines(frame, event, _):
        if frame.f_code.co_filename not in files:
            return None
        # The end of a `with` block visits its first line again, and looks for no signal there.
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and not line.lstrip().startswith("with "):
            press()
        return at_lines

    try:
        if files:
            sys.settrace(at_lines)
        else:
            sys.setprofile(at_calls)
        try:
            call()
        finally:
            sys.setprofile(profile)
            sys.settrace(trace)
    except KeyboardInterrupt:
        pass
    return reached >= place


def everywhere(attempt, module):
    """Call `attempt(interrupt)` for each place, until one is beyond the end; return how many.

    `attempt` gets a function that calls another one with the interrupt, once.
    """
    count = 0
    for files in (), (inspect.getfile(module),):
        place, reached = 0, True
        while reached:

            def interrupted(call, place=place, files=files):
                nonlocal reached
                reached = interrupt(call, place, files)

            attempt(interrupted)
            count += reached
            place += 1
    return count
