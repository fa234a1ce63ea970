"""The controls of tool calls and attachments: fold and unfold, decide about a call, open a document."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QObject, QRect, QTimer, Signal

from desktop_chat.core.tools import Approval, CallStatus
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.calls import card_layout
from desktop_chat.ui.transcript.calls.tool_card import END, SHOWN_RESULT, CardRow, ToolCard
from desktop_chat.ui.transcript.controls.focus_chain import Target, rect_on_page
from desktop_chat.ui.transcript.images.image_row import OPEN_DOCUMENT
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_SAID_MS = 1_500
_APPROVALS = {
    card_layout.ALLOW_ONCE: Approval.ONCE,
    card_layout.ALLOW_HERE: Approval.CONVERSATION,
    card_layout.ALLOW_ALWAYS: Approval.ALWAYS,
}


class CardTools(QObject):
    """Handles the controls in the cards of tool calls, and the chips of documents."""

    decided = Signal(str, object)
    """The id of a call, and an `Approval`."""
    refusal_asked = Signal(str, QRect)
    """The id of a call that the user wants to refuse, and where the button is in the viewport."""
    document_opened = Signal(str, str)
    """The id of a message, and the SHA-256 of one of its documents."""

    def __init__(self, page: TranscriptPage, clipboard: Clipboard) -> None:
        super().__init__(page)
        self._page = page
        self._clipboard = clipboard
        self._copied: ToolCard | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._timer.timeout.connect(self._unsay)

    def press(self, target: Target) -> bool:
        """Do what a control is for. False for a control that is not one of these."""
        name, value, entry = target.control.name, target.control.value, target.placed.entry
        if name == OPEN_DOCUMENT:
            self.document_opened.emit(target.message_id, value)
            return True
        if not isinstance(entry, CardRow):
            return False
        if name in _APPROVALS:
            self.decided.emit(value, _APPROVALS[name])
        elif name == card_layout.REFUSE:
            self.refusal_asked.emit(value, rect_on_page(self._page, target))
        elif name == card_layout.COPY_RESULT:
            self._copy(entry.card, target)
        else:
            return self._choose(name, value, entry.card, target)
        return True

    def waiting_call(
        self, control: str = card_layout.TOGGLE, *, among: Container[str] | None = None
    ) -> ControlRef | None:
        """Return a control of the first call that waits for approval, of any or of those with these ids."""
        page = self._page
        for place in page.running_places():
            for card in page.document.item(place).cards():
                if card.call.status is CallStatus.WAITING and (among is None or card.call.id in among):
                    key = card.first_key + (0 if control == card_layout.TOGGLE else END)
                    return ControlRef(key, page.model.row(place).message.id, control, card.call.id)
        return None

    def _choose(self, name: str, value: str, card: ToolCard, target: Target) -> bool:
        """Fold or unfold something; what was pressed stays where it is."""
        state = card.state
        match name:
            case card_layout.TOGGLE:
                state.unfolded = not card.unfolded
            case card_layout.DESCRIBE:
                state.describes = not state.describes
            case card_layout.SHOW_ALL if value.startswith(SHOWN_RESULT):
                state.shows_all_result = not state.shows_all_result
            case card_layout.SHOW_ALL:
                state.shows_all_arguments = not state.shows_all_arguments
            case _:
                return False
        self._show(card, target)
        return True

    def _show(self, card: ToolCard, target: Target) -> None:
        page, placed = self._page, target.placed
        item = page.document.item(placed.spot.place)
        item.note_choice()
        page.document.refresh(placed.spot.place)
        key = card.first_key if target.control.name != card_layout.DESCRIBE else placed.entry.key
        spot = page.document.spot_of(target.message_id, key)
        head = next((one for one in page.placed if one.entry.key == key and one.spot.place == placed.spot.place), None)
        if spot is not None:
            page.scroller.go_to_entry(spot, -head.y if head is not None and head.y >= 0 else 0)
        page.show_changes()

    def _copy(self, card: ToolCard, target: Target) -> None:
        self._clipboard.put(card.call.result)
        self._unsay()
        self._copied, card.state.copied = card, True
        self._timer.start()
        self._page.document.item(target.placed.spot.place).note_choice()
        self._page.resync(target.placed.spot.place)

    def _unsay(self) -> None:
        card, self._copied = self._copied, None
        if card is None:
            return
        card.state.copied = False
        for place in {one.spot.place for one in self._page.placed}:
            self._page.document.item(place).note_choice()
            self._page.document.refresh(place)
        self._page.show_changes()
