"""Splits a code block into lines while it is streamed, without a parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.chunking import CODE_LINES

_OPENING = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(slots=True)
class StreamingFence:
    """An open code block; everything except its unfinished last line is final."""

    closing: re.Pattern[str]
    base: Block
    """The last part, with complete lines only."""
    lines: int
    """Lines of code in `base`."""
    partial: str
    index: int
    """The index of `base` among the blocks."""

    @staticmethod
    def at_end_of(blocks: list[Block], rest: str) -> StreamingFence | None:
        """Return the state of the code block that is open at the end; None if there is none."""
        last = blocks[-1] if blocks else None
        if last is None or last.kind is not Kind.CODE or last.closed or "\r" in last.source + last.head + rest:
            return None
        opening = _OPENING.match(last.head or last.source)
        if opening is None or not (rest or last.continues or "\n" in last.source):
            return None
        if "|" in last.source and not last.continues and (last.source + rest).count("\n") < 2:
            return None  # the next line may turn it into a table header
        base, partial, index = last, rest[1:], len(blocks) - 1
        if not rest and "\n" in last.source:
            kept, partial = last.source.rsplit("\n", 1)
            base = replace(last, source=kept)
        elif not rest:  # only its unfinished first line, which is not a part of its own yet
            base, partial, index = blocks[-2], last.source, len(blocks) - 2
        mark = opening.group(1)
        closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
        return StreamingFence(closing, base, base.source.count("\n") + base.continues, partial, index)

    def add(self, line: str) -> Block | None:
        """Add a complete line of code. Returns the previous part if this line starts a new one."""
        if self.lines < CODE_LINES:
            self.base = replace(self.base, source=f"{self.base.source}\n{line}")
            self.lines += 1
            return None
        full, self.base = self.base, self._next_part(line)
        self.lines = 1
        self.index += 1
        return full

    def closed_by(self, line: str) -> Block:
        """Return the last part with the closing line."""
        return replace(self.base, source=f"{self.base.source}\n{line}", closed=True)

    def shown(self) -> tuple[list[Block], str]:
        """Return the current last part or two, and the white space after them."""
        if not self.partial.strip(" \t"):
            return [self.base], "\n" + self.partial
        if self.closing.fullmatch(self.partial):
            return [self.closed_by(self.partial)], ""
        if self.lines == CODE_LINES:
            return [self.base, self._next_part(self.partial)], ""
        return [replace(self.base, source=f"{self.base.source}\n{self.partial}")], ""

    def _next_part(self, source: str) -> Block:
        head = self.base.head or self.base.source.split("\n", 1)[0]
        return Block(Kind.CODE, source, "\n", continues=True, head=head, closed=False)
