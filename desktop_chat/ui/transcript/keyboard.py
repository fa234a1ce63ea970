"""The keys of the transcript: scrolling, going from message to message, selecting, copying, pressing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.page import TranscriptPage
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.keyboard_selection import KeyboardSelection
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll

_Key = Qt.Key
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_SCROLLING = frozenset(
    {
        _Key.Key_Space,
        _Key.Key_Home,
        _Key.Key_End,
        _Key.Key_Up,
        _Key.Key_Down,
        _Key.Key_PageUp,
        _Key.Key_PageDown,
        _Key.Key_Alt,
        _Key.Key_Shift,
        _Key.Key_Control,
    }
)
"""Keys that do not stop smooth scrolling: they scroll themselves, or are only modifiers."""


class Keyboard:
    """Turns keys into actions; says whether a key did anything."""

    def __init__(
        self, page: TranscriptPage, hit_tester: HitTester, clipboard: Clipboard, smooth_scroll: SmoothScroll
    ) -> None:
        self._page = page
        self._hit_tester = hit_tester
        self._clipboard = clipboard
        self._gliding = smooth_scroll
        self._extender = KeyboardSelection(page, hit_tester, clipboard, smooth_scroll)

    def press(self, event: QKeyEvent) -> bool:
        page = self._page
        if event.key() not in _SCROLLING:
            self._gliding.stop()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._clipboard.put_selection()
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            page.select_all()
            return True
        key = event.key()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == _ALT and key in {_Key.Key_Up, _Key.Key_Down}:
            return self._go_to_message(-1 if key == _Key.Key_Up else 1)
        escaping = key == _Key.Key_Escape and self._extender.leave()
        if escaping or self._extender.press(key, modifiers) or self._act(key, modifiers):
            return True
        if key in {_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space} and self._hit_tester.focused is not None:
            return self._hit_tester.press_focused()
        return self._scroll(key, modifiers)

    def _scroll(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        smooth_scroll = self._gliding
        if key == _Key.Key_Space:
            smooth_scroll.by_pages(-1 if modifiers & _SHIFT else 1)
            return True
        if modifiers not in {_NO_MODIFIER, _CONTROL}:
            return False
        if key == _Key.Key_Home:
            smooth_scroll.to_message(0)
        elif key == _Key.Key_End:
            smooth_scroll.to_end()
        elif key in {_Key.Key_Up, _Key.Key_Down}:
            smooth_scroll.by_lines(1 if key == _Key.Key_Down else -1)
        elif key in {_Key.Key_PageUp, _Key.Key_PageDown}:
            smooth_scroll.by_pages(1 if key == _Key.Key_PageDown else -1)
        else:
            return False
        return True

    def _act(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Open the menu, or scroll sideways, where the keyboard is."""
        if key == _Key.Key_F10 and modifiers == _SHIFT:  # the menu key of keyboards without one
            self._hit_tester.open_menu_by_key()
            return True
        is_sideways = modifiers == _NO_MODIFIER and key in {_Key.Key_Left, _Key.Key_Right}
        return is_sideways and self._hit_tester.scroll_sideways(right=key == _Key.Key_Right)

    def _go_to_message(self, step: int) -> bool:
        page = self._page
        count = len(page.document)
        if not count:
            return False
        current = self._message_before(step)
        place = max(0, min(count - 1, current + step))
        if current + step < count:
            self._gliding.to_message(place)
        else:
            self._gliding.to_end()
        self._hit_tester.go_to_message(page.model.row(place).message.id)
        return True

    def _message_before(self, step: int) -> int:
        """Return the message to step from: one that begins above the view is itself the next one upwards."""
        page = self._page
        current = page.model.place_of(self._hit_tester.current_message)
        shown = {one.spot for one in page.placed}
        if current is not None and self._gliding.active:
            return current
        if current is None or all(spot.place != current for spot in shown):
            spot, offset = page.scroller.anchor
            return spot.place + (1 if step < 0 and (spot.index or offset > 0) else 0)
        return current + (1 if step < 0 and Spot(current, 0) not in shown else 0)
