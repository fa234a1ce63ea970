"""What a block of Markdown is: a stretch of source that is laid out by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from desktop_chat.markdown.parser import NEWLINE

Given: TypeAlias = tuple[tuple[str, str, str], ...]
"""Label (normalised), address and title of each definition in a block. A footnote's label begins with "^", and its
address is "#" and its label."""
Definitions: TypeAlias = Mapping[str, tuple[str, str]]
"""What the labels of a text stand for: address and title of a link, address and number of a footnote."""


class Kind(StrEnum):
    """What a block is; names the top-level construct it comes from."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    RULE = "rule"
    CODE = "code"
    INDENTED = "indented"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    REFERENCE = "reference"
    MATH = "math"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of source that is laid out by itself. `before` is the white space between it and the block above."""

    kind: Kind
    source: str
    before: str = ""
    continues: bool = False
    """It belongs to the same top-level construct as the block above: the next item, rows or lines."""
    head: str = ""
    """What a later part needs from the first: a table's header rows, a fence's opening line."""
    ordinal: int | None = None
    """The number of an item of an ordered list."""
    closed: bool = True
    """False while the closing fence of a code block or the closing mark of a formula is missing."""
    definitions: Given = ()

    def longer(self, more: str) -> Block:
        """Return this block with `more` at its end; asked at every piece of text that comes."""
        source = self.source + more
        return Block(
            self.kind, source, self.before, self.continues, self.head, self.ordinal, self.closed, self.definitions
        )

    @property
    def blank_before(self) -> bool:
        """True where an empty line stands above."""
        return len(NEWLINE.findall(self.before)) > 1
