"""Classifies the tokens of code: keywords, strings and so on. The language is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Protocol, TypeAlias

Mark: TypeAlias = tuple[int, int, str]
"""Start and length in a line, and token type: one of the names in `_PREFIXES`."""

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
"""Characters per line that are highlighted. Many lexers are quadratic in a line's length."""
_MAX_MARKS = 200
"""Marks per line; each makes layout slower."""
_PLAIN = {"", "text", "txt", "plain", "plaintext", "none", "output"}


class Lexer(Protocol):
    """The part of Pygments' untyped lexers that is used."""

    def get_tokens(self, text: str) -> Iterable[tuple[object, str]]:
        """Yield type and text of each token."""
        ...


@cache
def lexer_for(language: str) -> Lexer | None:
    """Return the lexer of a language by name; None if there is none. The first call loads Pygments."""
    if is_plain(language):
        return None
    lexers, util = import_module("pygments.lexers"), import_module("pygments.util")
    try:
        lexer: Lexer = lexers.get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except util.ClassNotFound:
        return None
    return lexer


def is_plain(language: str) -> bool:
    """Return whether a language needs no highlighting."""
    return language.lower() in _PLAIN


def lexer_text(code: str) -> str:
    """Return code with long lines truncated, as input for lexers; line numbers do not change."""
    if len(code) <= LONGEST_LINE:
        return code
    return "\n".join([line[:LONGEST_LINE] for line in code.split("\n")])


def highlighted_lines(code: str, lexer: Lexer) -> Iterator[tuple[Mark, ...]]:
    """Yield the marks of each line of `code`, so that the caller can pause between lines."""
    marks: list[Mark] = []
    column = 0
    for kind, value in lexer.get_tokens(code):
        name = _name(str(kind))
        first, *others = value.split("\n")
        for number, stretch in enumerate([first, *others]):
            if number:
                yield tuple(marks)
                marks, column = [], 0
            if name and len(marks) < _MAX_MARKS and stretch.strip():
                marks.append((column, len(stretch), name))
            column += len(stretch)
    yield tuple(marks)


@cache
def _name(kind: str) -> str:
    return next((name for prefix, name in _PREFIXES if kind.startswith(prefix)), "")
