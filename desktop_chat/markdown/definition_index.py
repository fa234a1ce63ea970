"""What the labels of links and footnotes stand for, kept in step with the blocks of a text that grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias, TypeVar

from desktop_chat.markdown.block import Block, Given, Kind
from desktop_chat.markdown.footnote_rules import number_footnotes, referenced_labels
from desktop_chat.markdown.parse_budget import MAX_BLOCK_LENGTH

_What = TypeVar("_What")
_Given: TypeAlias = list[tuple[int, Given]]
"""What each block defines, by its place."""
_Used: TypeAlias = list[tuple[int, tuple[str, ...]]]
"""The footnotes that each block refers to, by its place."""
_BEYOND = 1 << 60
"""Comes after every reference."""
_LITERAL = {Kind.CODE, Kind.INDENTED, Kind.MATH}


class DefinitionIndex:
    """`definitions` give the address and title of a link by its label, the address and number of a footnote.

    The first definition of a label holds. Footnotes are numbered in the order of their references. What is added at the
    end of a text costs no more the longer the text is, unless it changes numbers that were given.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, tuple[str, str]] = {}
        """One dictionary for ever: what holds it sees later definitions."""
        self._given: _Given = []
        self._used: _Used = []
        self._order: dict[str, int] = {}
        """Footnotes that the text refers to, defined or not, in the order of their first reference."""
        self._numbered = 0
        self._last = -1
        """The place of the last number in that order; beyond all when a footnote without a reference has one."""

    def update(self, blocks: Sequence[Block], first: int) -> set[str]:
        """Read the blocks from `first` on, which changed. Returns the labels that mean something else now."""
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
        """Return the places of the blocks that look different when these labels mean something else."""
        if not all(label.startswith("^") for label in changed):
            return [place for place, block in enumerate(blocks) if "[" in block.source[:MAX_BLOCK_LENGTH]]
        users = [place for place, labels in self._used if not changed.isdisjoint(labels)]
        return users + [place for place, given in self._given if any(label in changed for label, _, _ in given)]

    def defined_at(self, label: str) -> int | None:
        """Return the place of the block that defines a label."""
        return next((place for place, given in self._given if any(label == entry[0] for entry in given)), None)

    def used_at(self, label: str) -> int | None:
        """Return the place of the first block that refers to a footnote."""
        return next((place for place, labels in self._used if label in labels), None)

    def _added(self, given: _Given, used: _Used) -> dict[str, tuple[str, str]] | None:
        """Return what is defined in addition; None where that changes numbers that were given."""
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
        """Begin again."""
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


def _taken_from(entries: list[tuple[int, _What]], first: int) -> list[tuple[int, _What]]:
    """Remove the entries of blocks from `first` on, and return them."""
    keep = len(entries)
    while keep and entries[keep - 1][0] >= first:
        keep -= 1
    taken = entries[keep:]
    del entries[keep:]
    return taken
