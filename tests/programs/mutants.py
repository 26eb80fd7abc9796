"""Change programs in small ways, and see whether their tests notice.

Usage: python tests/programs/mutants.py [PROGRAM …]
A program is named as in recipes/pipeline; without one, all that have tests.

mutmut 3.8 was tried: it knows a mutant by the name of the imported module, and runs none here,
where programs are loaded from files and run as scripts. cosmic-ray 8.7 was tried: it writes into
the checkout, and leaves a mutant there when it is interrupted.
"""

import ast
import copy
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = (".pytest.ini", "requirements.txt", "docs", "examples", "tests")
DEADLINE = 120  # seconds for the tests of the program as it is
PATIENCE = 20  # seconds, and ten times what those took, for a mutant: one that hangs is noticed
OPPOSITE = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
MARK = "MUTANT_RUN"  # names, in the environment of all that a run starts, this run
running = {}
SWAPPED = {"min": "max", "max": "min"}


def edits(node):
    """Yield (what, edit) for each small change of one node; `edit` changes a copy of it."""
    match node:
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield "without", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Compare(ops=[operator]) if type(operator) in OPPOSITE:
            yield "opposite", lambda n: n.ops.__setitem__(0, OPPOSITE[type(n.ops[0])]())
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() if type(node.op) in OPPOSITE:
            yield "opposite", lambda n: setattr(n, "op", OPPOSITE[type(n.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield "without not", lambda n: setattr(n, "op", ast.UAdd())
        case ast.Constant(value=bool()):
            yield "opposite", lambda n: setattr(n, "value", not n.value)
        case ast.Name(id="min" | "max"):
            yield "swapped", lambda n: setattr(n, "id", SWAPPED[n.id])


def mutants(text):
    """Yield (line, what, text) for each mutant of a program; its main() is left alone."""
    tree = ast.parse(text)
    shown = {id(n) for top in tree.body if _is_demonstration(top) for n in ast.walk(top)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in shown:
            continue
        for what, edit in edits(node):
            changed = copy.deepcopy(tree)
            edit(next(n for at, n in enumerate(ast.walk(changed)) if at == number))
            yield node.lineno, f"{what}: {ast.unparse(node)}", ast.unparse(changed)


def _is_demonstration(node):
    named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "main"
    return named or (isinstance(node, ast.If) and "__main__" in ast.unparse(node.test))


def survives(folder, program, text, deadline=DEADLINE):
    """Tell whether the tests of `program` pass in a copy of the project where it has `text`."""
    path = folder / "examples" / f"{program}.py"
    path.write_text(text, "utf-8")
    tests = f"tests/programs/test_{path.stem}.py"
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-o", "addopts=", tests]
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", MARK: mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    running[process] = mark
    try:
        return process.wait(deadline) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        end(process, mark)
        del running[process]


def end(process, mark):
    """Kill the tests of a mutant, and all that they started, in sessions of their own too."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while left := [*marked(mark)]:  # again, as one may have started another meanwhile
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def marked(mark):
    """Yield the process ids that carry a mark; none on systems without /proc."""
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in environment.read_bytes().split(b"\0"):
                yield int(environment.parent.name)


def run(program):
    """Print each mutant of a program that survives; return (noticed, all)."""
    text = (ROOT / "examples" / f"{program}.py").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in COPIED:
            source = ROOT / part
            copied = shutil.copytree if source.is_dir() else shutil.copy
            copied(source, folder / part)
        begun = time.monotonic()
        if not survives(folder, program, text):
            sys.exit(f"examples/{program}.py: its tests fail without a change")
        deadline = PATIENCE + 10 * (time.monotonic() - begun)
        found = [
            (line, what, survives(folder, program, new, deadline))
            for line, what, new in mutants(text)
        ]
    for line, what, survived in found:
        if survived:
            print(f"  examples/{program}.py:{line}: survives {what}", flush=True)
    noticed = sum(not survived for *_, survived in found)
    print(f"examples/{program}.py: {noticed} of {len(found)} noticed", flush=True)
    return noticed, len(found)


def tested():
    """Return every program with a test file of its own name."""
    for path in sorted((ROOT / "examples").rglob("*.py")):
        if (ROOT / f"tests/programs/test_{path.stem}.py").exists():
            yield re.sub(r"\.py$", "", path.relative_to(ROOT / "examples").as_posix())


def main():
    programs = sys.argv[1:] or [*tested()]
    # Who is ended by a signal ends the tests that run, too.
    for number in signal.SIGTERM, signal.SIGINT:  # a shell starts a job with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            counts = [*pool.map(run, programs)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process, mark in list(running.items()):
                end(process, mark)
            os._exit(1)
    noticed, made = (sum(column) for column in zip(*counts, strict=True))
    print(f"{noticed} of {made} mutants of {len(programs)} programs noticed: {noticed / made:.0%}")


if __name__ == "__main__":
    main()
