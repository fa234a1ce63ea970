"""Names the parts of code: which stretch is a keyword, which a string. The language is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Protocol, TypeAlias

Mark: TypeAlias = tuple[int, int, str]
"""Start and length in a line, and what it is: one of the names in `_PREFIXES`."""

_PREFIXES = (
    ("Token.Comment", "comment"),
    ("Token.Keyword.Type", "type"),
    ("Token.Keyword.Constant", "literal"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Exception", "type"),
    ("Token.Name.Builtin", "function"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Attribute", "function"),
    ("Token.Generic.Deleted", "deleted"),
    ("Token.Generic.Inserted", "inserted"),
    ("Token.Generic.Heading", "heading"),
    ("Token.Generic.Subheading", "heading"),
)
LONGEST_LINE = 2_000
"""Characters of one line that are highlighted. Many lexers take the square of a line's length."""
_MAX_IN_LINE = 200
"""Marks of one line; a layout pays for each of them."""
_PLAIN = {"", "text", "txt", "plain", "plaintext", "none", "output"}


class Lexer(Protocol):
    """What is used of Pygments' lexers, which come without types."""

    def get_tokens(self, text: str) -> Iterable[tuple[object, str]]:
        """Yield kind and text of each token."""
        ...


@cache
def lexer_for(language: str) -> Lexer | None:
    """Return the lexer of a language by its name; None where there is none. The first call loads Pygments."""
    if is_plain(language):
        return None
    lexers, util = import_module("pygments.lexers"), import_module("pygments.util")
    try:
        lexer: Lexer = lexers.get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except util.ClassNotFound:
        return None
    return lexer


def is_plain(language: str) -> bool:
    """Say whether a language has nothing to highlight, whatever lexers there are."""
    return language.lower() in _PLAIN


def lexer_text(code: str) -> str:
    """Return code with its long lines cut, as lexers are to read it; lines keep their numbers."""
    if len(code) <= LONGEST_LINE:
        return code
    return "\n".join([line[:LONGEST_LINE] for line in code.split("\n")])


def highlighted_lines(code: str, lexer: Lexer) -> Iterator[tuple[Mark, ...]]:
    """Yield the marks of each line of `code`, so that the caller may pause between lines."""
    marks: list[Mark] = []
    column = 0
    for kind, value in lexer.get_tokens(code):
        name = _name(str(kind))
        first, *others = value.split("\n")
        for number, stretch in enumerate([first, *others]):
            if number:
                yield tuple(marks)
                marks, column = [], 0
            if name and len(marks) < _MAX_IN_LINE and stretch.strip():
                marks.append((column, len(stretch), name))
            column += len(stretch)
    yield tuple(marks)


@cache
def _name(kind: str) -> str:
    return next((name for prefix, name in _PREFIXES if kind.startswith(prefix)), "")
