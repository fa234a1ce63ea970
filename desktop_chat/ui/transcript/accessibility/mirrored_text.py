"""The text of a message as screen readers read it, by character, with the caret and the selection.

It is one of Qt's own text fields, unseen, so that everything a screen reader may keep a reference to belongs to Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from desktop_chat.markdown.block import Block
from desktop_chat.markdown.nodes import LINE_BREAK
from desktop_chat.ui.text.formula_text import formula_words
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.text_box import len_utf16
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.math.formulas import Inset
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.selection.copying import replaced_in, slice_utf16

_ONE_UNIT_EACH = str.maketrans({LINE_BREAK: "\n", "\u2029": "\n", "\r": " ", "\0": " ", "\ufdd0": " ", "\ufdd1": " "})
"""A text field counts these differently."""


class MirroredText(QPlainTextEdit):
    """A text field that paints nothing and takes input from screen readers only."""

    moved = Signal(int, int)
    """A screen reader moved the ends of the selection: anchor and caret."""
    focus_taken = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts: list[_Part] = []
        self._mirroring = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        cursor = self.textCursor()
        cursor.setKeepPositionOnInsert(True)  # text added after the caret does not move it
        self.setTextCursor(cursor)
        self.cursorPositionChanged.connect(self._tell)
        self.selectionChanged.connect(self._tell)

    def clear_parts(self) -> None:
        """Clear."""
        self._parts = []
        self._mirror(lambda: self._replace(0, "", ""))

    def show_entries(
        self, entries: Sequence[BlockEntry], render_style: RenderStyle, width: int, is_out_of_time: Callable[[], bool]
    ) -> bool:
        """Take the text of these blocks until the time budget is used up. Returns whether that is all of it.

        Blocks that have not changed are not touched; new text is appended.
        """
        same = 0
        for part, entry in zip(self._parts, entries, strict=False):
            if not part.shows(entry):
                break
            same += 1
        start = self._parts[same].start if same < len(self._parts) else self.length
        old = "".join([part.text for part in self._parts[same:]])
        del self._parts[same:]
        at = start
        for entry in entries[same:]:
            gap = "\n" if self._parts else ""
            layout = layout_of(entry, render_style, width)
            part = _Part(entry, entry.block, at, gap, spoken_text(layout)[0], _formulas_in(layout))
            self._parts.append(part)
            at = part.end
            if is_out_of_time():
                break
        new = "".join([part.text for part in self._parts[same:]])
        if new != old:
            self._mirror(lambda: self._replace(start, old, new))
        return len(self._parts) == len(entries)

    def offset_of(self, key: int, offset: int, render_style: RenderStyle, width: int) -> int:
        """Return the position in this text of a position in a block; outside all blocks, the nearest one."""
        found = 0
        for part in self._parts:
            if part.entry.key > key:
                break
            if part.entry.key < key:
                found = part.end
                continue
            _, stretches = spoken_text(layout_of(part.entry, render_style, width))
            stretch = next((one for one in stretches if one.begin <= offset <= one.end), None)
            return part.body + stretch.to_text(offset) if stretch is not None else part.end
        return found

    def place_of(self, at: int, render_style: RenderStyle, width: int) -> tuple[int, int] | None:
        """Return the block and the position in it of a position in this text."""
        part = next((part for part in reversed(self._parts) if part.body <= at), None)
        if part is None:
            return None
        found = 0
        for stretch in spoken_text(layout_of(part.entry, render_style, width))[1]:
            if stretch.at > at - part.body:
                break
            found = stretch.to_block(at - part.body)
        return part.entry.key, found

    def select(self, anchor: int, caret: int) -> None:
        """Mirror the selection of the transcript."""
        cursor = self.textCursor()
        anchor, caret = min(anchor, self.length), min(caret, self.length)
        if (cursor.anchor(), cursor.position()) != (anchor, caret):
            cursor.setPosition(anchor)
            cursor.setPosition(caret, QTextCursor.MoveMode.KeepAnchor)
            self._mirror(lambda: self.setTextCursor(cursor))

    def select_nothing(self) -> None:
        """Leave the caret where it is."""
        at = self.textCursor().position()
        self.select(at, at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_taken.emit()

    @property
    def length(self) -> int:
        """UTF-16 units."""
        return self.document().characterCount() - 1

    def _replace(self, start: int, old: str, new: str) -> None:
        same = new[: _common_start(old, new)]
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start + len_utf16(same), self.length))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(new[len(same) :])

    def _mirror(self, change: Callable[[], None]) -> None:
        self._mirroring = True
        try:
            change()
        finally:
            self._mirroring = False

    def _tell(self) -> None:
        if not self._mirroring:
            cursor = self.textCursor()
            self.moved.emit(cursor.anchor(), cursor.position())


@dataclass(slots=True)
class _Part:
    """One block in the text."""

    entry: BlockEntry
    block: Block
    start: int
    gap: str
    content: str
    formulas: int
    """How many were set when this was read; others are read as their source."""

    @property
    def text(self) -> str:
        return self.gap + self.content

    @property
    def body(self) -> int:
        """Where its own text begins."""
        return self.start + len(self.gap)

    @property
    def end(self) -> int:
        return self.body + len_utf16(self.content)

    def shows(self, entry: BlockEntry) -> bool:
        is_same = self.entry is entry and self.block is entry.block
        return is_same and (entry.layout is None or _formulas_in(entry.layout) == self.formulas)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The range from `begin` to `end` of a block is at `at` in the text, unchanged or replaced."""

    begin: int
    end: int
    at: int
    size: int

    def to_text(self, offset: int) -> int:
        """Return the position in the text of a position in the block."""
        inside = offset - self.begin
        return self.at + (inside if self.end - self.begin == self.size or not inside else self.size)

    def to_block(self, at: int) -> int:
        """Return the position in the block of a position in the text."""
        inside = min(at - self.at, self.size)
        return self.begin + inside if self.end - self.begin == self.size or not inside else self.end


def _formulas_in(layout: BlockLayout) -> int:
    return sum([len(box.insets) for box in layout.boxes])


def _formula_said(inset: Inset) -> str:
    return formula_words(inset.latex, display=inset.source.startswith("$$"))


def spoken_text(layout: BlockLayout) -> tuple[str, list[Stretch]]:
    """Return a block's text as in a plain copy, with formulas in words, and how its positions map to the block's."""
    found: list[str] = []
    stretches: list[Stretch] = []
    at = 0

    def add(text: str, begin: int, end: int) -> None:
        nonlocal at
        stretches.append(Stretch(begin, end, at, len_utf16(text)))
        found.append(text)
        at += stretches[-1].size

    for number, box in enumerate(layout.boxes):
        before = (box.separator if number else "") + box.lead
        found.append(before)
        at += len_utf16(before)
        start = 0
        for first, last, text in replaced_in(box, _formula_said):
            add(slice_utf16(box.text, start, first), box.start + start, box.start + first)
            add(text, box.start + first, box.start + last)
            start = last
        add(slice_utf16(box.text, start, box.end), box.start + start, box.end)
    return "".join(found).translate(_ONE_UNIT_EACH), stretches


def layout_of(entry: BlockEntry, render_style: RenderStyle, width: int) -> BlockLayout:
    """Return the layout of a block, or a temporary one."""
    if entry.layout is not None:
        return entry.layout
    layout = entry.build(render_style, width)
    entry.forget()
    return layout


def _common_start(old: str, new: str) -> int:
    """Return the length of the common beginning of two texts; fast if one only grew."""
    if new.startswith(old):
        return len(old)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
