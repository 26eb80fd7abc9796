"""Compare what a block printed with what its page shows, and write it into the page.

A page shows the output of a run, never a template. Where runs differ, a mark before
the block says how, and both sides are brought to one form before they are compared.
"""

import re
from dataclasses import dataclass

TRACEBACK = re.compile(
    r"^(?P<pad>[ |+]*)Traceback \(most recent call last\):\n(?:(?P=pad) +.*\n)+", re.MULTILINE
)
RAISED = re.compile(
    r"^(?P<pad>[ |+]*)Traceback \(most recent call last\):\n"
    r"(?:(?P=pad) +.*\n)+(?P=pad)(?P<name>[\w.]+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Rule:
    """How two outputs are compared: by default, to the byte."""

    any_order: str | None = None
    varies: tuple[str, ...] = ()

    def same(self, shown, printed):
        return self.canonical(shown) == self.canonical(printed)

    def canonical(self, output):
        """Return `output` with what may vary masked, and lines that may swap sorted.

        Spaces at the end of a line do not count: pages have none.
        """
        output = re.sub(r" +$", "", output, flags=re.MULTILINE)
        for pattern in self.varies:
            output = re.sub(pattern, "…", output, flags=re.MULTILINE)
        if self.any_order is None:
            return output
        lines, group = [], []
        for line in output.splitlines():
            if re.fullmatch(self.any_order, line):
                group.append(line)
            else:
                lines += [*sorted(group), line]
                group = []
        return "\n".join(lines + sorted(group))


def fold(output):
    """Return `output` with the frames of each traceback folded into "..." as in doctest."""
    return TRACEBACK.sub(r"\g<pad>Traceback (most recent call last):\n\g<pad>  ...\n", output)


def raised(output):
    """Return the names of the exceptions whose tracebacks are in `output`, without modules."""
    return {match["name"].rpartition(".")[2] for match in RAISED.finditer(output)}


def with_output(page, block, output):
    """Return the text `page` with `output` under `block`, instead of the one that is there."""
    lines = page.splitlines(keepends=True)
    new = []
    if output:
        shown = ["<!--pytest-codeblocks:expected-output-->", "```text", *output.splitlines(), "```"]
        new = ["\n", *(f"{block.indent}{line}".rstrip(" ") + "\n" for line in shown)]
    return "".join(lines[: block.end] + new + lines[(block.output or block).end :])
