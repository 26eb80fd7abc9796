"""What a build says of the names of docs/_site/api.txt; runs on that build, without packages.

Reads {"modules": [name], "names": [[full name, code or None, member]]} from standard input.
Writes {"there": [full name], "public": {module: [name]}, "members": {full name: [member]}}.
"""

import importlib
import json
import sys
from pkgutil import resolve_name


def made(code, known):
    """Return the object of a piece of code, such as multiprocessing.Lock(), or None."""
    if code not in known:
        parts = code.partition("(")[0].split(".")
        for end in range(1, len(parts)):
            try:
                importlib.import_module(".".join(parts[:end]))
            except ImportError:
                break
        try:
            known[code] = eval(code, {parts[0]: sys.modules.get(parts[0])})
        except AttributeError:
            known[code] = None
    return known[code]


def has(thing, member):
    return hasattr(
        type(thing) if member == "__enter__" and not isinstance(thing, type) else thing, member
    )


def there(full, code, member, known):
    if member:
        thing = made(code, known)
        return thing is not None and has(thing, member)
    try:
        resolve_name(full)
    except (ImportError, AttributeError):
        return code != full and made(code, known) is not None
    return True


def public(module):
    """Return the public names of a module: those that it exports, and those that it defines."""
    try:
        found = importlib.import_module(module)
    except ImportError:
        return []
    defined = [n for n, o in vars(found).items() if getattr(o, "__module__", None) == module]
    named = {n for n in defined if not n.startswith("_")} | set(getattr(found, "__all__", ()))
    return sorted(named)


def members(thing):
    """Return the public members of a class or an object that are not those of a built-in class."""
    kind = thing if isinstance(thing, type) else type(thing)
    builtin = {n for base in kind.__mro__ if base.__module__ == "builtins" for n in vars(base)}
    named = [n for n in dir(thing) if not n.startswith("_") and n not in builtin - {*vars(kind)}]
    return named + ["__enter__"] * hasattr(kind, "__enter__")


def main():
    asked, known = json.load(sys.stdin), {}
    found = [n for n in asked["names"] if there(*n, known)]
    things = {full: made(code, known) for full, code, member in found if not member}
    answer = {
        "there": [full for full, _, _ in found],
        "public": {module: public(module) for module in asked["modules"]},
        "members": {f: members(t) for f, t in things.items() if _has_members(t)},
    }
    print(json.dumps(answer))


def _has_members(thing):
    return isinstance(thing, type) or type(thing).__module__ not in {"builtins"}


if __name__ == "__main__":
    main()
