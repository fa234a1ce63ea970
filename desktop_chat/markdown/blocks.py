"""Splits Markdown that is still arriving into blocks, so that each new piece of text touches only the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.cutting import parts
from desktop_chat.markdown.fence import OpenFence
from desktop_chat.markdown.lines import continues_block, is_settled, may_define
from desktop_chat.markdown.parser import NEWLINE
from desktop_chat.markdown.sections import sections

_PIECE = 4_096
_LINE_KINDS = {Kind.HEADING, Kind.RULE}


class BlockSplitter:
    """Takes text in any pieces; `blocks` are always those of the text so far.

    The text is exactly the sum of `before` and `source` of all blocks, and `rest`. Top-level constructs are those of
    markdown-it-py: whatever a shortcut cannot decide is parsed again from the last blocks that may still change.
    """

    def __init__(self, text: str = "") -> None:
        self.blocks: list[Block] = []
        self.rest = ""
        """White space after the last block."""
        self._settled = False
        self._fence: OpenFence | None = None
        self.feed(text)

    def feed(self, delta: str) -> int:
        """Add text. Returns the index of the first block that changed or is new; all before it are as they were."""
        return min(self.feeds(delta), default=len(self.blocks))

    def feeds(self, text: str) -> Iterator[int]:
        """Feed a long text in parts of a few thousand characters, so that the caller may pause between them."""
        for start in range(0, len(text), _PIECE):
            yield self._take(text[start : start + _PIECE])

    def definitions(self) -> dict[str, tuple[str, str]]:
        """Return address and title by label; the first definition of a label holds."""
        found: dict[str, tuple[str, str]] = {}
        for block in self.blocks:
            for label, href, title in block.definitions:
                found.setdefault(label, (href, title))
        return found

    def _take(self, piece: str) -> int:
        if self._fence is not None and "\r" not in piece:
            return self._take_code(self._fence, piece)
        if self._fence is None and self._extends(piece):
            return self._extend(piece)
        return self._parse_again(piece)

    def _extends(self, piece: str) -> bool:
        """Say whether `piece` can only make the last block longer."""
        if not self.blocks or "\r" in piece or self.rest not in {"", "\n"}:
            return False
        last = self.blocks[-1]
        if may_define(last.source, piece):
            return False
        first, *lines = (self.rest + piece).split("\n")
        if (first and not self._settled) or last.kind is Kind.CODE:
            return False
        if lines and not lines[-1]:  # a line end alone changes nothing; what comes after it may
            lines.pop()
        return all(continues_block(line, last.kind) for line in lines)

    def _extend(self, piece: str) -> int:
        index = len(self.blocks) - 1
        last = self.blocks[index]
        text = self.rest + piece
        self.rest = "\n" if text.endswith("\n") else ""
        self._settled = not self.rest
        if more := text.removesuffix("\n"):
            self.blocks[index:] = parts(replace(last, source=last.source + more))
        return index

    def _take_code(self, fence: OpenFence, piece: str) -> int:
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

    def _parse_again(self, piece: str) -> int:
        index = self._first_undecided()
        tail = self.blocks[index:]
        text = "".join([block.before + block.source for block in tail]) + self.rest + piece
        inside = tail[0] if tail and tail[0].kind is Kind.ITEM and tail[0].continues else None
        found, self.rest = sections(text, self.blocks[index - 1] if inside else None, inside)
        self.blocks[index:] = [part for block in found for part in parts(block)]
        self._settled = not self.rest and is_settled(text)
        self._fence = OpenFence.at_end_of(self.blocks, self.rest)
        return index

    def _first_undecided(self) -> int:
        """Return the first block whose extent or kind more text could still change."""
        if not self.blocks or _is_over(self.blocks[-1], self.rest):
            return len(self.blocks)
        starts = 0
        for index in range(len(self.blocks) - 1, 0, -1):
            block = self.blocks[index]
            if block.continues and block.kind is not Kind.ITEM:
                continue
            starts += 1
            if starts == 2 or _is_over(self.blocks[index - 1], block.before):
                return index
        return 0


def _is_over(block: Block, after: str) -> bool:
    """Say whether nothing that follows the white space `after` a block can change it or join it."""
    ends = len(NEWLINE.findall(after))
    if block.kind in _LINE_KINDS or (block.kind is Kind.CODE and block.closed):
        return ends > 0
    return ends > 1 and block.kind not in {Kind.ITEM, Kind.INDENTED, Kind.CODE}
