"""The keys of the transcript: scrolling, going from message to message, selecting, copying, pressing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent

from desktop_chat.ui.commands import Scope, command_of, is_modifier
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.selection.keyboard_selection import KeyboardSelection

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_GLIDES = frozenset(
    {
        *("line_up", "line_down", "page_up", "page_down", "read_on", "read_back"),
        *("to_start", "to_end", "previous_message", "next_message"),
    }
)
"""What goes on with a glide; every other key ends it."""


class Keyboard:
    """Turns keys into what they mean; says whether a key meant anything."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._extender = KeyboardSelection(view)

    def press(self, event: QKeyEvent) -> bool:
        view = self._view
        command = command_of(event, Scope.TRANSCRIPT, Scope.CHAT_PAGE, Scope.PART)
        if command not in _GLIDES and not is_modifier(event):
            view.smooth_scroll.stop()
        if view.hit_tester.focused is not None and command_of(event, Scope.TRANSCRIPT_CONTROL) == "press_control":
            return view.hit_tester.press_focused()
        return self._select(command) or self._act(command) or self._scroll(command)

    def _select(self, command: str) -> bool:
        view = self._view
        if command == "copy_selection":
            view.clipboard.put_selection()
        elif command == "select_all":
            view.select_all()
        elif command == "leave":
            return self._extender.leave()
        else:
            return self._extender.press(command)
        return True

    def _scroll(self, command: str) -> bool:
        smooth_scroll = self._view.smooth_scroll
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
        """Do what is done at the place where the keyboard is."""
        match command:
            case "previous_message" | "next_message":
                return self._go_to_message(1 if command == "next_message" else -1)
            case "scroll_left" | "scroll_right":
                return self._view.hit_tester.scroll_sideways(right=command == "scroll_right")
            case "context_menu":  # for keyboards without a key for it
                self._view.hit_tester.open_menu_by_key()
                return True
        return False

    def _go_to_message(self, step: int) -> bool:
        view = self._view
        count = len(view.document)
        if not count:
            return False
        current = self._message_before(step)
        place = max(0, min(count - 1, current + step))
        if current + step < count:
            view.smooth_scroll.to_message(place)
        else:
            view.smooth_scroll.to_end()
        view.hit_tester.stand_at_message(view.model.row(place).message.id)
        return True

    def _message_before(self, step: int) -> int:
        """Return the message whose neighbour is meant: upwards, what begins above the view comes first itself."""
        view = self._view
        current = view.model.place_of(view.hit_tester.current_message)
        shown = {one.spot for one in view.placed}
        if current is not None and view.smooth_scroll.active:
            return current
        if current is None or all(spot.place != current for spot in shown):
            spot, offset = view.scroller.anchor
            return spot.place + (1 if step < 0 and (spot.index or offset > 0) else 0)
        return current + (1 if step < 0 and Spot(current, 0) not in shown else 0)
