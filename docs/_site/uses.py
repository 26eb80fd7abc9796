"""Which names of the standard library a block uses, from its syntax tree.

A method belongs to a class, so the classes of variables are followed: from what a call
returns, through `with`, loops, containers, attributes, the arguments of the block's own
functions, and subclasses. A variable has one set of classes in the whole block. What this
does not find, it does not report: a name may be used although it is not found.
"""

import ast

from variables import SAME, Instance, Known, Ref, Several, Text, inside

PASSING = {"list", "tuple", "set", "sorted", "reversed", "iter", "zip", "enumerate", "next"}
PASSING |= {"frozenset", "dict", "deque", "chain", "closing", "enter_context", "cycle", "min"}
ROUNDS = 4  # what is learnt at the end of a block reaches its beginning, and from there on
TAKING = {"append", "add", "appendleft", "extend"}


def names(code, table):
    """Return the names of `table` ({full name: api.Name}) that a block of Python uses."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a block of the shell
        return set()
    reader = _Reader(table)
    for _ in range(ROUNDS):
        reader.block(tree.body)
    inner = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    programs = [text for text in inner if isinstance(text, str) and "import " in text]
    return reader.found.union(*(names(text, table) for text in programs))


class _Reader(ast.NodeVisitor, Known):
    """Reads one block, again and again; remembers what it has found."""

    def block(self, body, of=None):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.function(node, of)
            elif isinstance(node, ast.ClassDef):
                self.type(node)
            else:
                self.visit(node)

    # Statements

    def visit_Import(self, node):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            self.learn(alias.asname or name, {Ref(name)})

    def visit_ImportFrom(self, node):
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            self.learn(alias.asname or alias.name, {Ref(SAME.get(name, name))})

    def visit_FunctionDef(self, node):
        self.function(node, None)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.type(node)

    def function(self, node, of):
        self.functions[node.name] = node
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in arguments:
            if argument.annotation:
                self.learn(argument.arg, self.made(argument.annotation))
        if of and arguments:
            self.learn(arguments[0].arg, {Instance(of)})
            if node.name != "__init__":
                self.member(Instance(of), node.name)
        for decorator in node.decorator_list:
            self.value(decorator)
        self.learn(node.name, {Ref(f"local.{node.name}")})
        outside, self.within = self.within, node.name
        self.block(node.body)
        self.within = outside

    def type(self, node):
        bases = [v.name for base in node.bases for v in self.value(base) if isinstance(v, Ref)]
        self.bases[f"local.{node.name}"] = bases
        self.learn(node.name, {Ref(f"local.{node.name}")})
        for decorator in node.decorator_list:
            self.value(decorator)
        for inner in node.body:  # a field is an attribute, too
            if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                self.learn(f".{inner.target.id}", self.made(inner.annotation))
        self.block(node.body, of=f"local.{node.name}")

    def visit_Return(self, node):
        if node.value:
            self.learn(f"local.{self.within}()", self.value(node.value))

    def visit_Assign(self, node):
        values = self.value(node.value)
        for target in node.targets:
            self.assign(target, values)

    def visit_AnnAssign(self, node):
        values = self.made(node.annotation) | (self.value(node.value) if node.value else set())
        self.assign(node.target, values)

    def visit_For(self, node):
        self.assign(node.target, inside(self.value(node.iter)))
        self.block(node.body + node.orelse)

    visit_AsyncFor = visit_For

    def visit_With(self, node):
        for item in node.items:
            values = self.value(item.context_expr)
            for value in values:
                self.member(value, "__enter__")
            if item.optional_vars:
                self.assign(item.optional_vars, values)
        self.block(node.body)

    visit_AsyncWith = visit_With

    def generic_visit(self, node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
            else:
                self.visit(child)

    # Expressions

    def value(self, node):
        """Return what an expression may be, and note the names in it."""
        read = getattr(self, f"_{type(node).__name__}", None)
        if read:
            return read(node)
        values = set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                values |= self.value(child)
            elif isinstance(child, ast.comprehension):
                self._comprehension(child)
            else:
                self.visit(child)
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
            return {Several(frozenset(values))} if values else set()
        return (
            values if isinstance(node, ast.IfExp | ast.BoolOp | ast.Await | ast.Starred) else set()
        )

    def _Constant(self, node):
        return {Text(node.value)} if isinstance(node.value, str) else set()

    def _Name(self, node):
        values = self.holds.get(node.id, set())
        for value in values:
            if isinstance(value, Ref):
                self.note(value.name)
        return values

    def _NamedExpr(self, node):
        values = self.value(node.value)
        self.assign(node.target, values)
        return values

    def _Lambda(self, node):
        return self.value(node.body)

    def _ListComp(self, node):
        for generator in node.generators:
            self._comprehension(generator)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return {Several(frozenset().union(*map(self.value, parts)))}

    _SetComp = _GeneratorExp = _DictComp = _ListComp

    def _comprehension(self, node):
        self.assign(node.target, inside(self.value(node.iter)))
        for condition in node.ifs:
            self.value(condition)

    def _Subscript(self, node):
        self.value(node.slice)
        return inside(self.value(node.value))

    def _Attribute(self, node):
        values = set()
        for value in self.value(node.value):
            values |= self.member(value, node.attr)
        return values or self.holds.get(f".{node.attr}", set())

    def _Call(self, node):
        called = self.value(node.func)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        arguments = [self.value(argument) for argument in node.args]
        keywords = {k.arg: self.value(k.value) for k in node.keywords}
        if name in TAKING and isinstance(node.func, ast.Attribute):
            held = {Several(frozenset(value)) for value in arguments}
            self.assign(node.func.value, held)
        if name == "getattr" and len(arguments) > 1:
            texts = [value.text for value in arguments[1] if isinstance(value, Text)]
            return set().union(*(self.member(v, t) for v in arguments[0] for t in texts))
        if name == "super":
            return {i for b in self.bases.values() for i in map(Instance, b)}
        self.hand_over(called, arguments, keywords)
        if name == "enter_context":
            for value in arguments[0]:
                self.member(value, "__enter__")
        values = set().union(*map(self.result, called))
        if name in {"pop", "popleft", "get"} and isinstance(node.func, ast.Attribute):
            values |= inside(self.value(node.func.value))
        if name in {"values", "items", "keys", "copy"} and isinstance(node.func, ast.Attribute):
            values |= {v for v in self.value(node.func.value) if isinstance(v, Several)}
        return values | set().union(*arguments) if name in PASSING else values

    def made(self, annotation):
        """Return the instances that an annotation promises."""
        if isinstance(annotation, ast.BinOp):
            return self.made(annotation.left) | self.made(annotation.right)
        if isinstance(annotation, ast.Subscript):
            inside = self.made(annotation.slice)
            return self.made(annotation.value) | {Several(frozenset(inside))}
        return {i for v in self.value(annotation) for i in self.result(v)}

    def assign(self, target, values):
        if isinstance(target, ast.Name):
            self.learn(target.id, values)
        elif isinstance(target, ast.Attribute):
            self.learn(f".{target.attr}", values)
            for member in self._Attribute(target):
                if member == Ref("threading.excepthook"):
                    for function in values:
                        if isinstance(function, Ref):
                            given = [{Instance("threading.ExceptHookArgs")}]
                            self.give(function.name.removeprefix("local."), given)
        elif isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self.assign(part, values | inside(values))
        elif isinstance(target, ast.Starred):
            self.assign(target.value, values)
        elif isinstance(target, ast.Subscript):
            self.assign(target.value, {Several(frozenset(values))})
