"""The pairs of Best Practices in all orders: Bad has one that goes wrong, Good has none."""

import ast
import re
import textwrap

import pytest

from engine import ROOT, fences
from test_orders import search

PAGE = ROOT / "docs/guide/best-practices.md"

# What each Bad block would print if it were right: none of its orders may be needed for that.
RIGHT = {
    "avoid-shared-state": "wrong: False",
    "one-lock-per-invariant": "total seen: 100",
    "lock-order": "second lock: [True, True]",
    "never-block-holding-a-lock": "reader gets the lock: True",
    "always-with": "still locked: False",
    "stop-by-asking": "still there: False",
    "wait-for-in-a-loop": "woken: True",
    "no-check-then-act": "made 1",
}
NOT_ABOUT_ORDER = {
    "threads-for-waiting": "where work runs, and in how many processes",
    "prefer-executors": "an exception that is printed and not raised",
    "bound-everything": "how much is waiting",
    "timeouts-everywhere": "a socket, which waits in C",
    "daemon-only-for-the-disposable": "the end of the interpreter",
    "collect-every-result": "an exception that nobody asks for",
    "pass-context-explicitly": "context variables, the same in each order",
    "no-fork-with-threads": "a second process",
}


def sections():
    """Return the Bad and the Good block of each rule."""
    parts = re.split(r"^## .*\{ #([\w-]+) \}$", PAGE.read_text("utf-8"), flags=re.M)
    return {name: fences.blocks(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def in_a_test(block, right):
    """Return the block as a test that fails if it prints anything but `right`."""
    tree = ast.parse(block.code)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    assigned = sorted(
        name
        for name in names
        if re.search(rf"^(?:def {name}\b|.*\b{name}\b.*=|for {name}\b)", block.code, re.M)
    )
    return "\n".join(
        [
            "said = []",
            "def print(*words): said.append(' '.join(map(str, words)))",
            "def test_it():",
            *(f"    global {name}" for name in assigned),
            textwrap.indent(block.code, "    "),
            f"    assert said == {right.splitlines()}, said",
        ]
    )


def test_every_rule_is_tried_or_says_why_not():
    assert sorted(sections()) == sorted([*RIGHT, *NOT_ABOUT_ORDER])
    assert all(len(pair) == 2 for pair in sections().values())


@pytest.mark.parametrize("rule", RIGHT)
def test_bad_goes_wrong_in_some_order(rule, tmp_path):
    path = tmp_path / "test_bad.py"
    path.write_text(in_a_test(sections()[rule][0], RIGHT[rule]))
    status, text = search(path)
    assert (status, "::test_it: breaks" in text) == (1, True), text


@pytest.mark.parametrize("rule", RIGHT)
def test_good_goes_right_in_every_order(rule, tmp_path):
    good = sections()[rule][1]
    path = tmp_path / "test_good.py"
    path.write_text(in_a_test(good, good.shown))
    status, text = search(path, "--seconds", "5")
    assert (status, "::test_it: holds in all orders" in text) == (0, True), text
