"""Splits Markdown that is still being streamed into blocks, so that each delta touches only the last ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.block_parser import parse_blocks
from desktop_chat.markdown.chunking import split_block
from desktop_chat.markdown.definition_index import DefinitionIndex
from desktop_chat.markdown.fence import StreamingFence
from desktop_chat.markdown.image_blocks import data_in, data_is_open, link_end, run_end
from desktop_chat.markdown.lines import continues_block, is_settled, may_define
from desktop_chat.markdown.parse_budget import BLOCK_BUDGET, MAX_BLOCK_LENGTH, block_cost
from desktop_chat.markdown.parser import MAX_NESTING, NEWLINE

_PIECE = 2_048
_PIECE_LINES = 75
_LINE_KINDS = {Kind.HEADING, Kind.RULE}
_CLOSABLE_KINDS = {Kind.CODE, Kind.MATH}
"""Kinds that more text on the last line may end."""
_CONTINUING_KINDS = {Kind.ITEM, Kind.INDENTED, Kind.CODE, Kind.FOOTNOTE}
"""Kinds that may continue after empty lines."""


class BlockSplitter:
    """Takes text in deltas of any size; `blocks` are always those of the text so far.

    The text is exactly the concatenation of `before` and `source` of all blocks, and `rest`. Top-level constructs are
    those of markdown-it-py: whatever a shortcut cannot decide is reparsed from the last blocks that may still change.
    If that would take too long, those blocks are sealed: they stay as they are, and parsing restarts after them.
    """

    def __init__(self, text: str = "") -> None:
        self.blocks: list[Block] = []
        self.rest = ""
        """White space after the last block."""
        self._settled = False
        self._sealed = 0
        """The number of blocks that are never parsed again."""
        self._fence: StreamingFence | None = None
        self.feed(text)

    def feed(self, delta: str) -> int:
        """Append text. Returns the index of the first changed or new block."""
        return min(self.feeds(delta), default=len(self.blocks))

    def feeds(self, text: str) -> Iterator[int]:
        """Append a long text in pieces of a few thousand characters, so that the caller can pause in between."""
        start = 0
        while start < len(text):
            end = piece_end(text, start)
            yield self._take(text[start:end])
            start = end

    def definitions(self) -> dict[str, tuple[str, str]]:
        """Return the definitions of links and footnotes by label."""
        labels = DefinitionIndex()
        labels.update(self.blocks, 0)
        return labels.definitions

    def _take(self, piece: str) -> int:
        if self._fence is not None and "\r" not in piece:
            return self._take_code(self._fence, piece)
        if self._fence is None and self._extends(piece):
            return self._extend(piece)
        if self._takes_data():
            return self._take_data(piece)
        return self._parse_again(piece)

    def _extends(self, piece: str) -> bool:
        """Return whether `piece` can only extend the last block."""
        if not self.blocks or "\r" in piece or self.rest not in {"", "\n"}:
            return False
        last = self.blocks[-1]
        if len(self.blocks) <= self._sealed or last.kind in _CLOSABLE_KINDS:
            return False
        if len(last.source) + len(piece) > MAX_BLOCK_LENGTH:
            return False
        if may_define(last.source.partition("]:")[2] if last.kind is Kind.FOOTNOTE else last.source, piece):
            return False
        first, *lines = (self.rest + piece).split("\n")
        if first and not self._settled:
            return False
        if lines and not lines[-1]:  # a line end alone changes nothing, but what follows may
            lines.pop()
        return all(continues_block(line, last.kind) for line in lines)

    def _extend(self, piece: str) -> int:
        index = len(self.blocks) - 1
        last = self.blocks[index]
        text = self.rest + piece
        self.rest = "\n" if text.endswith("\n") else ""
        self._settled = not self.rest
        if more := text.removesuffix("\n"):
            self.blocks[index:] = split_block(last.longer(more))
        return index

    def _take_code(self, fence: StreamingFence, piece: str) -> int:
        index = fence.index
        del self.blocks[index:]
        *lines, partial = (fence.partial + piece).split("\n")
        for number, line in enumerate(lines):
            if fence.closing.fullmatch(line):
                self.blocks.append(fence.closed_by(line))
                self._fence, self._settled, self.rest = None, False, ""
                self._parse_again("\n".join(["", *lines[number + 1 :], partial]))
                return index
            if (full := fence.add(line)) is not None:
                self.blocks.append(full)
        fence.partial = partial
        shown, self.rest = fence.shown()
        self.blocks += shown
        return index

    def _takes_data(self) -> bool:
        """Return whether the last block is an image whose data are still being streamed."""
        last = self.blocks[-1] if len(self.blocks) > self._sealed and not self.rest else None
        return last is not None and last.kind is Kind.PARAGRAPH and data_is_open(last.source)

    def _take_data(self, piece: str) -> int:
        """Extend the data of an image up to the limit; once complete, the block is settled."""
        index = len(self.blocks) - 1
        own = data_in(piece)
        last = self.blocks[index]
        if len(last.source) + own > MAX_BLOCK_LENGTH and piece[own : own + 1] == ")":
            own = link_end(piece, own + 1)
            self._sealed, self._settled = index + 1, False
        self.blocks[index] = last.longer(piece[:own])
        return min(index, self._parse_again(piece[own:])) if len(piece) > own else index

    def _parse_again(self, piece: str) -> int:
        first = index = self._first_undecided()
        tail = self.blocks[index:]
        if not tail and not piece.strip(" \t\r\n"):
            self.rest, self._settled, self._fence = self.rest + piece, False, None
            return first
        text = "".join([block.before + block.source for block in tail]) + self.rest + piece
        if tail and _is_costly(text):
            first, text = self._seal(piece)
            index, tail = self._sealed, []
        if not tail and not text.strip(" \t\r\n"):
            self.rest, self._settled = text, False
        elif _is_costly(text):
            self._take_as_source(text, index)
        else:
            inside = tail[0] if tail and tail[0].continues and index != self._sealed else None
            found, self.rest = parse_blocks(text, self.blocks[index - 1] if inside else None, inside)
            self.blocks[index:] = [part for block in found for part in split_block(block)]
            self._settled = not self.rest and is_settled(text)
        decided = len(self.blocks) <= self._sealed
        self._fence = None if decided else StreamingFence.at_end_of(self.blocks, self.rest)
        return first

    def _seal(self, piece: str) -> tuple[int, str]:
        """Settle all blocks as they are, except for an incomplete last line.

        Returns the index of the first changed block, and the text that is left to parse.
        """
        last = self.blocks[-1]
        kept, end, line = last.source.rpartition("\n")
        text = self.rest + piece
        first = self._sealed = len(self.blocks)
        is_closed = last.kind is Kind.CODE and last.closed and piece.startswith("\n")  # by its last line
        if not self.rest and kept.strip() and len(line) < _PIECE and not is_closed:
            self.blocks[-1] = replace(last, source=kept)
            first, text = first - 1, end + line + text
        return first, text

    def _take_as_source(self, text: str, index: int) -> None:
        """Show text as plain source that would take too long to parse."""
        words = text.strip(" \t\r\n")
        start = text.index(words)
        self.rest, self._settled = text[start + len(words) :], False
        self.blocks[index:] = split_block(Block(Kind.PARAGRAPH, words, text[:start]))
        self._sealed = len(self.blocks)

    def _first_undecided(self) -> int:
        """Return the index of the first block whose extent or kind may still change."""
        if len(self.blocks) <= self._sealed or _is_final(self.blocks[-1], self.rest):
            return len(self.blocks)
        for index in range(len(self.blocks) - 1, self._sealed, -1):
            if index == len(self.blocks) - 2 or _is_final(self.blocks[index - 1], self.blocks[index].before):
                return index
        return self._sealed


def piece_end(text: str, start: int) -> int:
    """Return the end of the piece that starts at `start`, short enough to be processed in one go."""
    end = min(start + _PIECE, len(text))
    if end < len(text) and (long := run_end(text, start)) > 0:
        return long
    if text.count("\n", start, end) > _PIECE_LINES:
        lines = islice(re.finditer("\n", text[start:end]), _PIECE_LINES - 1, None)
        end = start + next(lines).end()
    return end


def _is_costly(text: str) -> bool:
    return len(text) > MAX_BLOCK_LENGTH or block_cost(text, MAX_NESTING) > BLOCK_BUDGET


def _is_final(block: Block, after: str) -> bool:
    """Return whether text after the white space `after` can neither change a block nor join it."""
    # a line with "|" may still become the header of a table
    ends = sum(1 for _ in islice(NEWLINE.finditer(after), 2))
    if (block.kind in _LINE_KINDS and "|" not in block.source) or (block.kind in _CLOSABLE_KINDS and block.closed):
        return ends > 0
    return ends > 1 and block.kind not in _CONTINUING_KINDS
