"""The keys of the transcript: scrolling, going from message to message, selecting, copying, pressing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection import Position, next_boundary

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.text_box import TextBox
    from desktop_chat.ui.transcript.view import TranscriptView

_Key = Qt.Key
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier


class Keyboard:
    """Turns keys into what they mean; says whether a key meant anything."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view

    def press(self, event: QKeyEvent) -> bool:
        view = self._view
        if event.matches(QKeySequence.StandardKey.Copy):
            view.clipboard.put_selection()
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            view.select_all()
            return True
        key = event.key()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == _ALT and key in {_Key.Key_Up, _Key.Key_Down}:
            return self._go_to_message(-1 if key == _Key.Key_Up else 1)
        if modifiers & _SHIFT and self._extend(key, by_word=bool(modifiers & _CONTROL)):
            return True
        if key in {_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space} and view.toucher.focused is not None:
            return view.toucher.press_focused()
        return self._scroll(key, modifiers)

    def _scroll(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        view = self._view
        page = max(1, view.viewport().height() - view.document.look.px(40))
        if key == _Key.Key_Space:
            view.scroll_by(-page if modifiers & _SHIFT else page)
            return True
        if modifiers not in {_NO_MODIFIER, _CONTROL}:
            return False
        if key == _Key.Key_Home:
            view.scroll_to_message(0)
        elif key == _Key.Key_End:
            view.jump_to_end()
        elif key in {_Key.Key_Up, _Key.Key_Down}:
            step = view.verticalScrollBar().singleStep() // 2
            view.scroll_by(step if key == _Key.Key_Down else -step)
        elif key in {_Key.Key_PageUp, _Key.Key_PageDown}:
            view.scroll_by(page if key == _Key.Key_PageDown else -page)
        else:
            return False
        return True

    def _go_to_message(self, step: int) -> bool:
        view = self._view
        count = len(view.document)
        if not count:
            return False
        current = view.model.place_of(view.toucher.current_message)
        if current is None:
            spot, offset = view.scroller.anchor
            current = spot.place + (1 if step < 0 and (spot.index or offset > 0) else 0)
        place = max(0, min(count - 1, current + step))
        view.toucher.current_message = view.model.row(place).message.id
        view.scroll_to_message(place)
        view.repaint_all()
        return True

    # --- selecting ----------------------------------------------------------------------------------------------

    def _extend(self, key: int, *, by_word: bool) -> bool:
        view = self._view
        caret = view.selection.caret
        place = view.model.place_of(caret.message_id) if caret else None
        if caret is None or place is None:
            return False
        item = view.document.item(place)
        spot = Spot(place, item.index_of(caret.key))
        moved: Position | None
        if key in {_Key.Key_Left, _Key.Key_Right}:
            moved = self._across(spot, caret, forward=key == _Key.Key_Right, by_word=by_word)
        elif key in {_Key.Key_Up, _Key.Key_Down}:
            moved = self._line(spot, caret, forward=key == _Key.Key_Down)
        elif key in {_Key.Key_Home, _Key.Key_End}:
            moved = self._line_end(spot, caret, at_end=key == _Key.Key_End)
        else:
            return False
        if moved is not None:
            view.selection.extend(moved)
            view.clipboard.offer_primary()
            view.repaint_all()
        return True

    def _box(self, spot: Spot, caret: Position) -> TextBox | None:
        layout = self._view.document.entry(spot).layout
        return layout.box_at(caret.offset) if layout is not None else None

    def _across(self, spot: Spot, caret: Position, *, forward: bool, by_word: bool) -> Position | None:
        box = self._box(spot, caret)
        if box is None:
            return None
        inside = next_boundary(box.text, caret.offset - box.start, forward=forward, by_word=by_word)
        layout = self._view.document.entry(spot).layout
        beyond = box.end + 1 if forward else box.start - 1
        offset = box.start + inside if inside >= 0 else beyond
        if layout is not None and 0 <= offset <= layout.length:
            return Position(caret.message_id, caret.key, offset)
        return self._neighbour(spot, forward=forward)

    def _line(self, spot: Spot, caret: Position, *, forward: bool) -> Position | None:
        layout = self._view.document.entry(spot).layout
        box = self._box(spot, caret)
        if layout is None or box is None:
            return None
        line = box.layout.lineForTextPosition(max(0, caret.offset - box.start))
        number = line.lineNumber() if line.isValid() else 0
        point = box.rects(caret.offset - box.start, caret.offset - box.start)
        x = point[0].left() if point else box.x
        top = box.y + box.tops[number]
        y = top + box.face.pitch * 1.5 if forward else top - box.face.pitch * 0.5
        inside = any(other.y <= y < other.y + other.height for other in layout.boxes)
        if inside:
            return Position(caret.message_id, caret.key, layout.position_at(x, y, {}))
        return self._neighbour(spot, forward=forward)

    def _line_end(self, spot: Spot, caret: Position, *, at_end: bool) -> Position | None:
        box = self._box(spot, caret)
        if box is None:
            return None
        line = box.layout.lineForTextPosition(max(0, caret.offset - box.start))
        if not line.isValid():
            return None
        inside = line.textStart() + (line.textLength() if at_end else 0)
        return Position(caret.message_id, caret.key, box.start + inside)

    def _neighbour(self, spot: Spot, *, forward: bool) -> Position | None:
        """Return the nearest end of the next block of text."""
        document = self._view.document
        other: Spot | None = spot
        while other is not None:
            other = document.below(other) if forward else document.above(other)
            if other is None:
                break
            entry = document.entry(other)
            if isinstance(entry, BlockEntry) and entry.layout is not None:
                message_id = self._view.model.row(other.place).message.id
                return Position(message_id, entry.key, 0 if forward else entry.layout.length)
        return None
