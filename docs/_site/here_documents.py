"""Shell blocks in which a file that is written shows in its own colors.

Pygments was tried first: its lexers for the shell read a here-document as one string.
"""

import re

from pygments.lexers import LEXERS, get_lexer_for_filename
from pygments.lexers.shell import BashLexer
from pygments.token import String
from pygments.util import ClassNotFound

__all__ = ["ShellLexer"]  # what Pygments looks for in the module

WRITTEN = re.compile(
    r"^cat > (?P<name>\S+) (?P<begin><<'(\w+)'\n)(?P<text>.*?)(?P<end>^\3$)",
    re.MULTILINE | re.DOTALL,
)


class ShellLexer(BashLexer):
    """The shell; what `cat > NAME <<'END'` writes is in the language that NAME tells."""

    name = "Shell with files"
    aliases = ("shell-with-files",)
    url = "https://pygments.org/docs/lexers/#pygments.lexers.shell.BashLexer"
    version_added = ""

    def get_tokens_unprocessed(self, text, stack=("root",)):
        begin = 0
        for written in WRITTEN.finditer(text):
            try:
                lexer = get_lexer_for_filename(written["name"])
            except ClassNotFound:
                continue
            before = text[begin : written.start("begin")]
            yield from _tokens(super().get_tokens_unprocessed(before, stack), begin)
            yield written.start("begin"), String.Heredoc, written["begin"]
            yield from _tokens(lexer.get_tokens_unprocessed(written["text"]), written.start("text"))
            yield written.start("end"), String.Heredoc, written["end"]
            begin = written.end()
        yield from _tokens(super().get_tokens_unprocessed(text[begin:], stack), begin)


def _tokens(tokens, begin):
    return ((begin + index, kind, value) for index, kind, value in tokens)


def register():
    """Let Pygments find the lexer by its alias."""
    LEXERS["ShellLexer"] = (__name__, ShellLexer.name, ShellLexer.aliases, (), ())
