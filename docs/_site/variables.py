"""What a variable of a block may hold, as far as its syntax tree tells."""

from dataclasses import dataclass

SAME = {"concurrent.futures.thread.ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor"}


@dataclass(frozen=True)
class Ref:
    """The object that a name stands for."""

    name: str


@dataclass(frozen=True)
class Instance:
    """An instance of a class, by its name."""

    of: str


@dataclass(frozen=True)
class Several:
    """A container of such values."""

    of: frozenset


@dataclass(frozen=True)
class Text:
    """A string."""

    text: str


def inside(values):
    """Return what is in the containers among `values`."""
    return set().union(*(value.of for value in values if isinstance(value, Several)))


def lookup(of, name, table, bases=()):
    """Return the full name of a member of a class, which a base class may have; or None.

    `bases` has the base classes of the classes of the block itself.
    """
    full = SAME.get(f"{of}.{name}", f"{of}.{name}")
    if full in table:
        return full
    above = [table[of].base] if of in table else bases and bases.get(of, ())
    found = (lookup(base, name, table, bases) for base in above if base)
    return next(filter(None, found), None)


class Known:
    """What is known of the variables, functions and classes of one block."""

    def __init__(self, table):
        self.table = table
        self.found = set()
        self.holds = {}  # {variable, ".attribute" or "function()": values}
        self.functions = {}
        self.bases = {}
        self.within = None  # the function that is read

    def hand_over(self, called, arguments, keywords):
        """Let the functions of the block get what they are called with, in whichever way."""
        calls = [(called, arguments)]
        calls += [(f, arguments[n + 1 :]) for n, f in enumerate(arguments)]
        for function, given in ("target", "args"), ("initializer", "initargs"):
            calls.append((keywords.get(function, set()), [inside(keywords.get(given, set()))] * 9))
        if "args" in keywords and arguments:  # Timer(seconds, function, args=…)
            calls.append((arguments[-1], [inside(keywords["args"])] * 9))
        for functions, given in calls:
            for function in functions:
                if isinstance(function, Ref) and function.name.startswith("local."):
                    self.give(function.name.removeprefix("local."), given)
        for value in called:
            if isinstance(value, Ref) and value.name.endswith("Future.add_done_callback"):
                for function in arguments[0] if arguments else ():
                    if isinstance(function, Ref):
                        future = {Instance("concurrent.futures.Future")}
                        self.give(function.name.removeprefix("local."), [future])

    def give(self, function, given):
        node = self.functions.get(function if function in self.functions else "__init__")
        if node:
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            for name, values in zip(names, given, strict=False):
                self.learn(name, values | inside(values))

    def result(self, value):
        """Return what calling a value gives."""
        if not isinstance(value, Ref):
            return set()
        if value.name in self.bases:
            return {Instance(value.name)}
        if value.name.startswith("local."):
            return self.holds.get(f"{value.name}()", set())
        entry = self.table.get(value.name)
        if value.name == "multiprocessing.get_context":
            return {Ref("multiprocessing")}
        if entry and entry.result:
            one = Instance(entry.result.strip("[]"))
            return {Several(frozenset({one}))} if entry.result[0] == "[" else {one}
        return {Instance(value.name)} if entry else set()

    def member(self, value, name):
        """Return what an attribute of a value may be, and note it."""
        if isinstance(value, Several):
            return set()
        if isinstance(value, Text):
            return set()
        of = value.name if isinstance(value, Ref) else value.of
        full = lookup(of, name, self.table, self.bases)
        if not full:
            return {Ref(f"{of}.{name}")} if isinstance(value, Ref) else set()
        self.note(full)
        if isinstance(value, Instance):
            self.note(of)
        entry = self.table[full]
        # A property gives its value without a call.
        values = {Ref(full)}
        return values | self.result(Ref(full)) if entry.result and full.count(".") > 1 else values

    def note(self, name):
        if name in self.table:
            self.found.add(name)

    def learn(self, name, values):
        flat = {v for v in values if not isinstance(v, Several) or not inside(inside(v.of))}
        self.holds.setdefault(name, set()).update(flat)
