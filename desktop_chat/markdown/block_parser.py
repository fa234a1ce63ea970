"""Builds the top-level blocks of a text from the parser's tokens, with their exact source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop_chat.markdown.block import Block, Given, Kind
from desktop_chat.markdown.footnote_rules import footnote_key
from desktop_chat.markdown.parser import NEWLINE, block_tokens, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_KINDS = {
    "paragraph_open": Kind.PARAGRAPH,
    "heading_open": Kind.HEADING,
    "hr": Kind.RULE,
    "fence": Kind.CODE,
    "code_block": Kind.INDENTED,
    "blockquote_open": Kind.QUOTE,
    "table_open": Kind.TABLE,
    "math_block": Kind.MATH,
    "footnote_open": Kind.FOOTNOTE,
}
_LISTS = {"bullet_list_open", "ordered_list_open"}
_PLACEHOLDERS = {Kind.PARAGRAPH: "x", Kind.INDENTED: "    x"}
_MARKER = re.compile(r"( {0,3})([-+*]|\d{1,9}[.)])")


def parse_blocks(text: str, above: Block | None, inside: Block | None) -> tuple[list[Block], str]:
    """Return the blocks of `text` and the white space after the last one.

    If the text starts in the middle of a construct, `inside` is its first item or part and `above` the one before that:
    a placeholder for what precedes it keeps the construct open.
    """
    prefix = _placeholder(inside) if inside else ""
    environment: dict[str, Any] = {}
    tokens = block_tokens(prefix + normalised(text), environment)
    spans = list(_spans(tokens))
    later = inside if inside and inside.kind is not Kind.ITEM and spans else None
    if later:
        spans[0] = (_later_part(spans[0][0], later), spans[0][1])
    elif prefix:
        spans = _without_placeholder(spans, above)
    lines = _Lines(prefix + text, len(prefix))
    blocks = _blocks(lines, spans, len(prefix) + len(later.before) if later else 0)
    if environment:
        blocks = _with_definitions(blocks, environment)
    return [block for block, _ in blocks], lines.text[
        len(prefix) + sum(len(block.before) + len(block.source) for block, _ in blocks) :
    ]


_Span = tuple[Block, tuple[int, int]]
"""A block without its source, and its line range: first, and one past the last."""


def _placeholder(inside: Block) -> str:
    if inside.kind in _PLACEHOLDERS:
        return _PLACEHOLDERS[inside.kind]
    marker = _MARKER.match(inside.source)
    return f"{marker.group(1)}{marker.group(2)} x" if marker and inside.kind is Kind.ITEM else normalised(inside.head)


def _later_part(block: Block, inside: Block) -> Block:
    """Mark the first block as a continuation of the construct that `inside` is a part of."""
    return replace(block, continues=block.kind is inside.kind, head=inside.head if block.kind is inside.kind else "")


def _spans(tokens: list[Token]) -> Iterator[_Span]:
    for index, token in enumerate(tokens):
        if token.level or token.nesting < 0 or token.map is None:
            continue
        if token.type in _LISTS:
            yield from _items(tokens, index)
        elif token.type in _KINDS:
            closed = bool(token.meta.get("closed", True))
            yield Block(_KINDS[token.type], "", closed=closed), (token.map[0], token.map[1])


def _items(tokens: list[Token], index: int) -> Iterator[_Span]:
    ordinal: int | None = None
    first = True
    for token in tokens[index + 1 :]:
        if token.level == 0:
            return
        if token.level == 1 and token.type == "list_item_open" and token.map:
            if token.info:
                ordinal = int(token.info) if ordinal is None else ordinal + 1
            yield Block(Kind.ITEM, "", ordinal=ordinal, continues=not first), (token.map[0], token.map[1])
            first = False


def _without_placeholder(spans: list[_Span], above: Block | None) -> list[_Span]:
    """Drop the placeholder, and number the items after it from the item above."""
    ordinal = above.ordinal if above else None
    numbered: list[_Span] = []
    going_on = True
    for block, lines in spans[1:]:
        going_on = going_on and block.continues
        if going_on and ordinal is not None:
            ordinal += 1
        numbered.append((replace(block, ordinal=ordinal) if going_on else block, lines))
    return numbered


class _Lines:
    """Start and end of each line of a text, without any kind of line end."""

    def __init__(self, text: str, skipped: int) -> None:
        self.text = text
        self.skipped = skipped
        breaks = list(NEWLINE.finditer(text))
        self.starts = [0, *(match.end() for match in breaks)]
        self.ends = [*(match.start() for match in breaks), len(text)]

    def is_blank(self, line: int) -> bool:
        return not self.text[self.starts[line] : self.ends[line]].strip(" \t")

    def trimmed(self, first: int, end: int, *, keep_blank: bool) -> int:
        """Return `end` minus the blank lines before it."""
        end = min(end, len(self.starts))
        while end - 1 > first and not keep_blank and self.is_blank(end - 1):
            end -= 1
        return end


def _blocks(lines: _Lines, spans: list[_Span], first_start: int) -> list[_Span]:
    """Cut out the source of each block; lines that no token covers are link definitions.

    `first_start` is the start of the first block's own source if it includes a placeholder.
    """
    found: list[_Span] = []
    previous_end = lines.skipped
    for block, (first, end) in _definition_gaps(lines, spans):
        closed = block.closed if block.kind is not Kind.CODE else _is_closed(lines, first, end)
        keep_blank = block.kind is Kind.CODE and not closed
        stop = lines.ends[lines.trimmed(first, end, keep_blank=keep_blank) - 1]
        start = lines.starts[first] if found else max(first_start, lines.starts[first])
        whole = replace(block, source=lines.text[start:stop], before=lines.text[previous_end:start], closed=closed)
        found.append((whole, (first, end)))
        previous_end = stop
    return found


def _definition_gaps(lines: _Lines, spans: list[_Span]) -> Iterator[_Span]:
    line = 1 if lines.skipped else 0
    for block, (first, end) in [*spans, (None, (len(lines.starts), 0))]:
        while line < first:
            if lines.is_blank(line):
                line += 1
                continue
            stop = line
            while stop < first and not lines.is_blank(stop):
                stop += 1
            yield Block(Kind.REFERENCE, ""), (line, stop)
            line = stop
        if block is not None:
            yield block, (first, end)
            line = max(line, end)


def _is_closed(lines: _Lines, first: int, end: int) -> bool:
    opening = lines.text[lines.starts[first] : lines.ends[first]].lstrip(" ")
    mark = opening[: len(opening) - len(opening.lstrip(opening[0]))]
    last = lines.text[lines.starts[end - 1] : lines.ends[end - 1]]
    pattern = rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*"
    return end - 1 > first and re.fullmatch(pattern, last) is not None


def _with_definitions(blocks: list[_Span], environment: dict[str, Any]) -> list[_Span]:
    """Attach to each block the labels of links and footnotes that it defines, including duplicates."""
    links = [*environment.get("references", {}).items()]
    links += [(entry["label"], entry) for entry in environment.get("duplicate_refs", [])]
    given = [(entry["map"][0], (label, str(entry["href"]), str(entry.get("title") or ""))) for label, entry in links]
    given += [(line, (footnote_key(label), f"#{label}", "")) for label, line in environment.get("footnotes", [])]
    starts = [lines[0] for _, lines in blocks]
    own: dict[int, Given] = {}
    for line, definition in sorted(given):
        place = bisect_right(starts, line) - 1
        if place >= 0 and line < blocks[place][1][1]:
            own[place] = (*own.get(place, ()), definition)
    for place, definitions in own.items():
        blocks[place] = (replace(blocks[place][0], definitions=definitions), blocks[place][1])
    return blocks
