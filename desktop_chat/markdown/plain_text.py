"""Extracts the visible text of Markdown for the search across conversations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from desktop_chat.markdown.find_prefilter import FindPrefilter
from desktop_chat.markdown.find_query import FindQuery, Stretch
from desktop_chat.markdown.folding import folded
from desktop_chat.markdown.nodes import Code, Footnote, Image, ItemList, Node, Quote, Spans, Style, Table, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

_FORMULA = "\ufffc"
_NOT_COMPARED = re.compile(r"[\W_]+")
_ASCII_NOT_COMPARED = bytes(code for code in range(128) if not chr(code).isalnum())
WORD_END = "\x1f"
_NOT_IN_WORDS = re.compile(rf"(?:[^\w{WORD_END}]|_)+")
_ASCII_NOT_IN_WORDS = _ASCII_NOT_COMPARED.replace(WORD_END.encode(), b"")
_GAP = re.compile(r"(?<=[^\W_]|[,.;:!?])[ \n]+(?=[^\W_])")
"""Space that no markup can hide: right before a letter or digit, and right after another or a mark that ends a clause.
Beside other characters there may be markup, such as the backquotes of code, which drop a space."""
_GAP_OR_TAIL = re.compile(rf"\][\[(](?:[^\n]|\n(?!\n))*|{_GAP.pattern}")
"""The rest of a paragraph may be hidden behind a link, also where `_TAIL` does not see that."""
_ASCII_LOWER = bytes(range(256)).lower()
_TAIL = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)|\]\[[^\[\]\n]*\]")
_LINE_END = re.compile(r"<br ?/?>", re.IGNORECASE)
_MAY_BE_MARKS = re.compile(r"[*_`~\\\[\]<>&$|#]|^[ \t]|^(?:\d{1,9}[.)]|[-+=])[ \t\-=]", re.MULTILINE)


def searchable(source: str) -> str:
    """Return the index text of a source: letters and digits of what may be visible, with and without possible link
    addresses, entities and line ends. It contains the `searchable_query` of every visible text.

    It may also match invisible text, so hits must be verified with `first_hit`.
    """
    forms = _forms(source)
    if len(forms) == 1:
        return searchable_query(source)
    return "\n".join(dict.fromkeys(map(searchable_query, forms)))


def searchable_words(source: str) -> str:
    """Return the same with WORD_END where there is surely a space or a line end between two words in the visible text,
    too. It contains the `searchable_query` of every visible word."""
    made = []
    for form in _forms(source.replace(WORD_END, "")):
        letters = (_GAP_OR_TAIL if "](" in form or "][" in form else _GAP).sub(_word_end_or_tail, form)
        letters = letters if letters.isascii() else folded(letters)
        if letters.isascii():
            made.append(letters.encode().translate(_ASCII_LOWER, _ASCII_NOT_IN_WORDS).decode())
        else:
            made.append(_NOT_IN_WORDS.sub("", letters))
    return WORD_END.join(dict.fromkeys(made))


def _word_end_or_tail(match: re.Match[str]) -> str:
    return match.group() if match.group().startswith("]") else WORD_END


def _forms(source: str) -> list[str]:
    forms = [source]
    if "]" in source and ("](" in source or "][" in source):  # looking for one letter is the fastest
        forms += [_TAIL.sub("]", form) for form in forms]
    if "<" in source:
        forms += [_LINE_END.sub(" ", form) for form in forms]
    if "&" in source:
        forms += [unescape(form) for form in forms]
    return forms


def searchable_query(query: str) -> str:
    """Return the form in which the index is queried; empty if the query has no letters or digits."""
    letters = query if query.isascii() else folded(query)
    if letters.isascii():  # the same, twenty times as fast
        return letters.encode().translate(_ASCII_LOWER, _ASCII_NOT_COMPARED).decode()
    return _NOT_COMPARED.sub("", letters)


def first_hit(source: str, find_query: FindQuery) -> tuple[str, Stretch] | None:
    """Return the first paragraph, line, heading or cell with a visible match, and the match."""
    for text in _texts(source, find_query):
        found = find_query.find(text)
        if found:
            return text, found[0]
    return None


def _texts(source: str, find_query: FindQuery) -> Iterator[str]:
    if _MAY_BE_MARKS.search(source) is None:
        for paragraph in source.split("\n\n"):
            yield paragraph.strip().replace("\n", " ")
        return
    splitter, prefilter = BlockSplitter(source), FindPrefilter(find_query)
    definitions = splitter.definitions()
    for block in splitter.blocks:
        if (definitions and "[" in block.source) or prefilter.passes(block.source):
            yield from _lines_of(render(block, definitions))


def _lines_of(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text():
                yield _letters(node.spans)
            case Code():
                yield from node.text.split("\n")
            case Table():
                yield from [_letters(cell) for row in (node.header, *node.rows) for cell in row]
            case Image():
                yield node.alternative
            case _:
                yield from _lines_of(_inside(node))


def _inside(node: Node) -> Iterator[Node]:
    match node:
        case Quote() | Footnote():
            yield from node.children
        case ItemList():
            for item in node.items:
                yield from item.children


def _letters(spans: Spans) -> str:
    return "".join([_FORMULA if span.style & Style.MATH else span.text for span in spans])
