"""The keys of the transcript: scrolling, going from message to message, selecting, copying, pressing."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent

from desktop_chat.ui.commands import Scope, command_of, is_modifier
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.keyboard_selection import KeyboardSelection
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll

_GLIDES = frozenset(
    {
        *("line_up", "line_down", "page_up", "page_down", "read_on", "read_back"),
        *("to_start", "to_end", "previous_message", "next_message"),
    }
)
"""Commands that do not stop smooth scrolling, because they scroll themselves; neither do modifier keys."""


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
        command = command_of(event, Scope.TRANSCRIPT, Scope.CHAT_PAGE, Scope.PART)
        if command not in _GLIDES and not is_modifier(event):
            self._gliding.stop()
        if self._hit_tester.focused is not None and command_of(event, Scope.TRANSCRIPT_CONTROL) == "press_control":
            return self._hit_tester.press_focused()
        return self._select(command) or self._act(command) or self._scroll(command)

    def _select(self, command: str) -> bool:
        if command == "copy_selection":
            self._clipboard.put_selection()
        elif command == "select_all":
            self._page.select_all()
        elif command == "leave":
            return self._extender.leave()
        else:
            return self._extender.press(command)
        return True

    def _scroll(self, command: str) -> bool:
        smooth_scroll = self._gliding
        match command:
            case "to_start":
                smooth_scroll.to_message(0)
            case "to_end":
                smooth_scroll.to_end()
            case "line_up" | "line_down":
                smooth_scroll.by_lines(1 if command == "line_down" else -1)
            case "page_up" | "read_back":
                smooth_scroll.by_pages(-1)
            case "page_down" | "read_on":
                smooth_scroll.by_pages(1)
            case _:
                return False
        return True

    def _act(self, command: str) -> bool:
        """Do what the focused place does with a key."""
        match command:
            case "previous_message" | "next_message":
                return self._go_to_message(1 if command == "next_message" else -1)
            case "scroll_left" | "scroll_right":
                return self._hit_tester.scroll_sideways(right=command == "scroll_right")
            case "allow_call" | "refuse_call":
                return self._hit_tester.decide(refuse=command == "refuse_call")
            case "context_menu":  # for keyboards without a key for it
                self._hit_tester.open_menu_by_key()
                return True
        return False

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
