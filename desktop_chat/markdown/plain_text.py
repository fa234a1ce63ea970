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
_ASCII_LOWER = bytes(range(256)).lower()
_TAIL = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)|\]\[[^\[\]\n]*\]")
_LINE_END = re.compile(r"<br ?/?>", re.IGNORECASE)
_MAY_BE_MARKS = re.compile(r"[*_`~\\\[\]<>&$|#]|^[ \t]|^(?:\d{1,9}[.)]|[-+=])[ \t\-=]", re.MULTILINE)


def searchable(source: str) -> str:
    """Return the index text of a source: letters and digits of what may be visible, with and without possible link
    addresses, entities and line ends. It contains the `searchable_query` of every visible text.

    It may also match invisible text, so hits must be verified with `first_hit`.
    """
    forms = [source]
    if "]" in source and ("](" in source or "][" in source):  # looking for one letter is the fastest
        forms += [_TAIL.sub("]", form) for form in forms]
    if "<" in source:
        forms += [_LINE_END.sub(" ", form) for form in forms]
    if "&" in source:
        forms += [unescape(form) for form in forms]
    if len(forms) == 1:
        return searchable_query(source)
    return "\n".join(dict.fromkeys(map(searchable_query, forms)))


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
