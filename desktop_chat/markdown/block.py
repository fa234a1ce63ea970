"""A block of Markdown: a piece of source that is laid out on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from desktop_chat.markdown.parser import NEWLINE

Given: TypeAlias = tuple[tuple[str, str, str], ...]
"""Normalised label, address and title of each definition in a block. A footnote's label starts with "^", and its
address is "#" and its label."""
Definitions: TypeAlias = Mapping[str, tuple[str, str]]
"""Definitions by label: address and title of a link, address and number of a footnote."""


class Kind(StrEnum):
    """The kind of a block, named after its top-level construct."""

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
    """A piece of source that is laid out on its own. `before` is the white space between it and the previous block."""

    kind: Kind
    source: str
    before: str = ""
    continues: bool = False
    """It belongs to the same top-level construct as the previous block: the next item, rows or lines."""
    head: str = ""
    """What a later part needs of the first: a table's header rows, a fence's opening line."""
    ordinal: int | None = None
    """The number of an ordered list's item."""
    closed: bool = True
    """False while the closing fence of a code block or the closing delimiter of a formula is missing."""
    definitions: Given = ()

    def longer(self, more: str) -> Block:
        """Return this block with `more` appended; called for every delta."""
        source = self.source + more
        return Block(
            self.kind, source, self.before, self.continues, self.head, self.ordinal, self.closed, self.definitions
        )

    @property
    def blank_before(self) -> bool:
        """Whether an empty line precedes it."""
        return len(NEWLINE.findall(self.before)) > 1
