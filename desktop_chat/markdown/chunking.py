"""Splits blocks that are too long to lay out in one go. The place depends only on the text before it."""

from __future__ import annotations

from dataclasses import replace

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.image_blocks import data_end, data_start
from desktop_chat.markdown.paragraph_split import PARAGRAPH_LIMIT, paragraph_split
from desktop_chat.markdown.parser import NEWLINE

CODE_LINES = 80
"""Lines of code per block, so that a long listing is laid out in parts."""
TABLE_ROWS = 16
"""Rows of a table per block, not counting the header."""


def split_block(block: Block) -> list[Block]:
    """Return a block, or the parts it is split into."""
    if block.kind is Kind.PARAGRAPH:
        source = block.source
        is_plain = len(source) <= PARAGRAPH_LIMIT and ("!" not in source or "](data:" not in source)
        return [block] if is_plain else _paragraph_parts(block)
    if block.kind is Kind.TABLE:
        return _line_parts(block, 2, TABLE_ROWS)
    if block.kind is Kind.CODE:
        return _line_parts(block, 1, CODE_LINES)
    if block.kind is Kind.INDENTED:
        return _line_parts(block, 0, CODE_LINES)
    return [block]


def _line_parts(block: Block, head_lines: int, limit: int) -> list[Block]:
    own_head = 0 if block.continues else head_lines
    breaks = list(NEWLINE.finditer(block.source))
    fence_line = 1 if block.kind is Kind.CODE and block.closed and breaks else 0
    if len(breaks) + 1 - fence_line <= own_head + limit:
        return [block]
    head = block.head or (block.source[: breaks[head_lines - 1].start()] if head_lines else "")
    cuts = [breaks[number - 1] for number in range(own_head + limit, len(breaks) + 1 - fence_line, limit)]
    found = []
    start, before = 0, block.before
    for cut in [*cuts, None]:
        end = cut.start() if cut else len(block.source)
        later = start > 0
        found.append(
            replace(
                block,
                source=block.source[start:end],
                before=before,
                continues=later or block.continues,
                head=head if later else block.head,
                closed=block.closed and cut is None,
                definitions=() if later else block.definitions,
            )
        )
        if cut:
            start, before = cut.end(), cut.group()
    return found


def _paragraph_parts(block: Block) -> list[Block]:
    found = []
    rest = block
    while (cut := _next_cut(rest.source)) is not None:
        end, start = cut
        found.append(replace(rest, source=rest.source[:end]))
        rest = Block(Kind.PARAGRAPH, rest.source[start:], rest.source[end:start], continues=True)
    return [*found, rest]


def _next_cut(source: str) -> tuple[int, int] | None:
    """Return the end of a paragraph's first part and the start of the next; None if it is not split.

    The data of an image are a part of their own, however long.
    """
    image = data_start(source, PARAGRAPH_LIMIT)
    if image == 0:
        end = data_end(source)
        start = end + len(source) - end - len(source[end:].lstrip()) if end > 0 else end
        return (end, start) if end > 0 and start < len(source) > PARAGRAPH_LIMIT else None
    if image < 0 and len(source) > PARAGRAPH_LIMIT:
        image = data_start(source, PARAGRAPH_LIMIT, inside_line=True)
    if image > 0:
        return len(source[:image].rstrip()), image
    return paragraph_split(source) if len(source) > PARAGRAPH_LIMIT else None
