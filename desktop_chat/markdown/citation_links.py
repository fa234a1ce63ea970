"""Turns an answer's numeric citations into links to its sources: `[1]`, `[1, 2]`, `【1】`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from desktop_chat.markdown.nodes import Footnote, Item, ItemList, Node, Quote, Span, Spans, Style, Table, Text

_REFERENCE = re.compile(r"\[(\d{1,3}(?:[,，] ?\d{1,3})*)\]|【(\d{1,3}(?:[,，] ?\d{1,3})*)】")
_NUMBER = re.compile(r"\d+")
_ATOMIC = Style.CODE | Style.IMAGE | Style.MATH | Style.NOTE


def may_refer(source: str) -> bool:
    """Return whether a block may contain citations."""
    return "[" in source or "【" in source


def linked(nodes: Iterable[Node], addresses: Sequence[str]) -> tuple[Node, ...]:
    """Return `nodes` with citations linked to `addresses`, counted from 1; the text does not change."""
    return tuple(_node(node, addresses) for node in nodes)


def _node(node: Node, addresses: Sequence[str]) -> Node:
    match node:
        case Text(spans):
            return replace(node, spans=_spans(spans, addresses))
        case Quote(children) | Footnote(_, _, children):
            return replace(node, children=linked(children, addresses))
        case ItemList(items):
            return replace(node, items=tuple(_item(item, addresses) for item in items))
        case Table(_, header, rows):
            return replace(node, header=_cells(header, addresses), rows=tuple(_cells(row, addresses) for row in rows))
        case _:
            return node


def _item(item: Item, addresses: Sequence[str]) -> Item:
    return replace(item, children=linked(item.children, addresses))


def _cells(cells: Iterable[Spans], addresses: Sequence[str]) -> tuple[Spans, ...]:
    return tuple(_spans(cell, addresses) for cell in cells)


def _spans(spans: Spans, addresses: Sequence[str]) -> Spans:
    if not any(may_refer(span.text) for span in spans):
        return spans
    return tuple(part for span in spans for part in _parts(span, addresses))


def _parts(span: Span, addresses: Sequence[str]) -> Iterator[Span]:
    position = 0
    if not (span.href or span.style & _ATOMIC):
        for start, end, href in _references(span.text, addresses):
            if start > position:
                yield replace(span, text=span.text[position:start])
            yield Span(span.text[start:end], span.style, href)
            position = end
    if position < len(span.text) or not span.text:
        yield replace(span, text=span.text[position:]) if position else span


def _references(text: str, addresses: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and address of each link; each of several numbers in one bracket is a link of its own."""
    for found in _REFERENCE.finditer(text):
        numbers = list(_NUMBER.finditer(text, found.start(), found.end()))
        if not all(0 < int(number.group()) <= len(addresses) for number in numbers):
            continue
        if len(numbers) == 1:
            yield found.start(), found.end(), addresses[int(numbers[0].group()) - 1]
            continue
        for number in numbers:
            yield number.start(), number.end(), addresses[int(number.group()) - 1]
