"""Link and footnote definitions, kept in step with the blocks of a growing text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias, TypeVar

from desktop_chat.markdown.block import Block, Given, Kind
from desktop_chat.markdown.footnote_rules import number_footnotes, referenced_labels
from desktop_chat.markdown.parse_budget import MAX_BLOCK_LENGTH

_Value = TypeVar("_Value")
_Given: TypeAlias = list[tuple[int, Given]]
"""The definitions of each block, by its index."""
_Used: TypeAlias = list[tuple[int, tuple[str, ...]]]
"""The footnotes that each block refers to, by its index."""
_BEYOND = 1 << 60
"""Greater than the index of every reference."""
_LITERAL = {Kind.CODE, Kind.INDENTED, Kind.MATH}


class DefinitionIndex:
    """`definitions` maps a link's label to its address and title, a footnote's label to its address and number.

    The first definition of a label wins. Footnotes are numbered in the order of their references. The cost of appending
    does not depend on the length of the text, unless existing numbers change.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, tuple[str, str]] = {}
        """Always the same dictionary: its holders see later definitions."""
        self._given: _Given = []
        self._used: _Used = []
        self._order: dict[str, int] = {}
        """Referenced footnotes, defined or not, in the order of their first reference."""
        self._numbered = 0
        self._last = -1
        """The position of the last number in that order; `_BEYOND` if an unreferenced footnote has a number."""

    def update(self, blocks: Sequence[Block], first: int) -> set[str]:
        """Read the changed blocks from `first` on. Returns the labels whose definition changed."""
        given: _Given = []
        used: _Used = []
        for place in range(first, len(blocks)):
            block = blocks[place]
            if block.definitions:
                given.append((place, block.definitions))
            if "[^" in block.source and (uses := _uses(block)):
                used.append((place, uses))
        old_given, old_used = _taken_from(self._given, first), _taken_from(self._used, first)
        self._given += given
        self._used += used
        if given == old_given and used == old_used:
            return set()
        if given[: len(old_given)] == old_given and used[: len(old_used)] == old_used:
            added = self._added(given[len(old_given) :], used[len(old_used) :])
            if added is not None:
                self.definitions.update(added)
                return set(added)
        return self._define()

    def affected(self, changed: set[str], blocks: Sequence[Block]) -> Iterable[int]:
        """Return the indexes of the blocks that look different when these labels change."""
        if not all(label.startswith("^") for label in changed):
            return [place for place, block in enumerate(blocks) if "[" in block.source[:MAX_BLOCK_LENGTH]]
        users = [place for place, labels in self._used if not changed.isdisjoint(labels)]
        return users + [place for place, given in self._given if any(label in changed for label, _, _ in given)]

    def defined_at(self, label: str) -> int | None:
        """Return the index of the block that defines a label."""
        return next((place for place, given in self._given if any(label == entry[0] for entry in given)), None)

    def used_at(self, label: str) -> int | None:
        """Return the index of the first block that refers to a footnote."""
        return next((place for place, labels in self._used if label in labels), None)

    def _added(self, given: _Given, used: _Used) -> dict[str, tuple[str, str]] | None:
        """Return the additional definitions; None if existing numbers would change."""
        labels = [label for _, uses in used for label in uses if label not in self._order]
        if any(label in self.definitions for label in labels):
            return None
        for label in labels:
            self._order.setdefault(label, len(self._order))
        found: dict[str, tuple[str, str]] = {}
        for label, href, title in chain.from_iterable(definitions for _, definitions in given):
            if label in self.definitions or label in found:
                continue
            if not label.startswith("^"):
                found[label] = (href, title)
                continue
            at = self._order.get(label, _BEYOND)
            if at < self._last:
                return None
            self._last = at
            self._numbered += 1
            found[label] = (href, str(self._numbered))
        return found

    def _define(self) -> set[str]:
        """Compute all definitions from scratch."""
        found: dict[str, tuple[str, str]] = {}
        for label, href, title in chain.from_iterable(definitions for _, definitions in self._given):
            found.setdefault(label, (href, title))
        uses = dict.fromkeys(chain.from_iterable(labels for _, labels in self._used))
        self._order = {label: place for place, label in enumerate(uses)}
        numbered = number_footnotes(uses, [label for label in found if label.startswith("^")])
        found |= {label: (found[label][0], number) for label, number in numbered.items()}
        self._numbered = len(numbered)
        self._last = max((self._order.get(label, _BEYOND) for label in numbered), default=-1)
        before = self.definitions.copy()
        self.definitions.clear()
        self.definitions.update(found)
        return {label for label in before.keys() | found.keys() if before.get(label) != found.get(label)}


def _uses(block: Block) -> tuple[str, ...]:
    if block.kind in _LITERAL or len(block.source) > MAX_BLOCK_LENGTH:
        return ()
    return tuple(dict.fromkeys(referenced_labels(block.source)))


def _taken_from(entries: list[tuple[int, _Value]], first: int) -> list[tuple[int, _Value]]:
    """Remove and return the entries of blocks from `first` on."""
    keep = len(entries)
    while keep and entries[keep - 1][0] >= first:
        keep -= 1
    taken = entries[keep:]
    del entries[keep:]
    return taken
