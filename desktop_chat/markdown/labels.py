"""What the labels of links and footnotes stand for, kept in step with the blocks of a text that grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from desktop_chat.markdown.block import Block, Definitions, Kind
from desktop_chat.markdown.effort import BLOCK_LENGTH
from desktop_chat.markdown.footnote_rules import numbers, referred

_What = TypeVar("_What")
_LITERAL = {Kind.CODE, Kind.INDENTED, Kind.MATH}


class Labels:
    """`definitions` give the address and title of a link by its label, the address and number of a footnote.

    The first definition of a label holds. Footnotes are numbered in the order of their references.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, tuple[str, str]] = {}
        """One dictionary for ever: what holds it sees later definitions."""
        self._given: list[tuple[int, Definitions]] = []
        """What each block defines, by its place."""
        self._used: list[tuple[int, tuple[str, ...]]] = []
        """The footnotes that each block refers to, by its place."""

    def update(self, blocks: Sequence[Block], first: int) -> set[str]:
        """Read the blocks from `first` on, which changed. Returns the labels that mean something else now."""
        old = _taken_from(self._given, first), _taken_from(self._used, first)
        new_given: list[tuple[int, Definitions]] = []
        new_used: list[tuple[int, tuple[str, ...]]] = []
        for place in range(first, len(blocks)):
            block = blocks[place]
            if block.definitions:
                new_given.append((place, block.definitions))
            if block.kind not in _LITERAL and len(block.source) <= BLOCK_LENGTH and (uses := _uses(block)):
                new_used.append((place, uses))
        self._given += new_given
        self._used += new_used
        return set() if old == (new_given, new_used) or not (old[0] or self._given) else self._define()

    def defined_at(self, label: str) -> int | None:
        """Return the place of the block that defines a label."""
        return next((place for place, given in self._given if any(label == entry[0] for entry in given)), None)

    def used_at(self, label: str) -> int | None:
        """Return the place of the first block that refers to a footnote."""
        return next((place for place, labels in self._used if label in labels), None)

    def _define(self) -> set[str]:
        found: dict[str, tuple[str, str]] = {}
        for _, definitions in self._given:
            for label, href, title in definitions:
                found.setdefault(label, (href, title))
        notes = [label for label in found if label.startswith("^")]
        if notes:
            numbered = numbers((label for _, labels in self._used for label in labels), notes)
            found |= {label: (found[label][0], number) for label, number in numbered.items()}
        before = self.definitions.copy()
        self.definitions.clear()
        self.definitions.update(found)
        return {label for label in before.keys() | found.keys() if before.get(label) != found.get(label)}


def _uses(block: Block) -> tuple[str, ...]:
    return tuple(dict.fromkeys(referred(block.source)))


def _taken_from(entries: list[tuple[int, _What]], first: int) -> list[tuple[int, _What]]:
    """Remove the entries of blocks from `first` on, and return them."""
    keep = len(entries)
    while keep and entries[keep - 1][0] >= first:
        keep -= 1
    taken = entries[keep:]
    del entries[keep:]
    return taken
