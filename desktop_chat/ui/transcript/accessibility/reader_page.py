"""The widgets for screen readers of what is in view, each in the place of what is painted there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.accessibility.message_list import MessageList, message_name
from desktop_chat.ui.transcript.accessibility.message_panel import MessagePanel, Sign
from desktop_chat.ui.transcript.accessibility.mirrored_text import MirroredText, layout_of
from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.controls.focus_chain import Target
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.selection import Order, Position
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed

_OUTSIDE = 40
"""Pixels beyond the edge at which the messages next to those in view are placed."""


class ReaderPage(QWidget):
    """The widgets of one transcript, as large as its viewport. Panels are reused, never deleted."""

    focus_asked = Signal(str, object)
    """A screen reader asks to focus a message: at a `ControlRef`, or None for its text."""

    def __init__(self, page: TranscriptPage, hit_tester: HitTester) -> None:
        super().__init__(page.viewport)
        self._page = page
        self._hit_tester = hit_tester
        self._panels: dict[str, MessagePanel] = {}
        self._spare: list[MessagePanel] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setUpdatesEnabled(False)  # nothing of it is ever painted
        self._list = MessageList(self)
        self.show()

    def panel(self, message_id: str) -> MessagePanel | None:
        """Return the panel of a message in view or next to it."""
        return self._panels.get(message_id)

    def bring_up(self, is_out_of_time: Callable[[], bool]) -> bool:
        """Mirror what is in view now. Returns whether all of it was done within the time budget."""
        page = self._page
        self.setGeometry(page.viewport.rect())
        self._list.setGeometry(self.rect())
        self._list.setAccessibleName(tr("Messages"))
        if self._list.names.sourceModel() is not page.model:
            self._list.names.setSourceModel(page.model)
        placed: dict[int, list[Placed]] = {}
        for one in page.placed:
            placed.setdefault(one.spot.place, []).append(one)
        rects = {place: self._rect_of(entries) for place, entries in placed.items()}
        self._list.place(rects)
        panels = self._arrange(self._with_neighbours(list(placed)))
        done = [self._fill(panel, place, placed.get(place, []), is_out_of_time) for place, panel in panels]
        return all(done)

    def show_selection(self) -> None:
        """Mirror the selection and the caret."""
        selection = self._page.selection
        anchor = selection.order_of(selection.anchor) if selection.anchor is not None else None
        caret = selection.order_of(selection.caret) if selection.caret is not None else None
        for message_id, panel in self._panels.items():
            place = self._page.model.place_of(message_id)
            if anchor is not None and caret is not None and place is not None:
                self._select_in(panel.text, place, anchor, caret)
            else:
                panel.text.select_nothing()

    # --- the panels ---------------------------------------------------------------------------------------------

    def _with_neighbours(self, places: list[int]) -> range:
        if not places:
            return range(0)
        return range(max(0, min(places) - 1), min(len(self._page.document), max(places) + 2))

    def _arrange(self, places: range) -> list[tuple[int, MessagePanel]]:
        """Return a panel for each of these messages, in their order; messages that stay keep theirs."""
        model = self._page.model
        wanted = {model.row(place).message.id: place for place in places}
        for message_id in [one for one in self._panels if one not in wanted]:
            panel = self._panels.pop(message_id)
            panel.hide()
            panel.rename("", "")
            self._spare.append(panel)
        before = list(self._panels)
        for message_id in wanted:
            if message_id not in self._panels:
                self._panels[message_id] = self._spare.pop() if self._spare else self._new_panel()
        if list(wanted) != before:
            self._panels = {message_id: self._panels[message_id] for message_id in wanted}
            for panel in self._panels.values():
                panel.raise_()  # they are read in this order
        return [(place, self._panels[message_id]) for message_id, place in wanted.items()]

    def _new_panel(self) -> MessagePanel:
        panel = MessagePanel(self)
        panel.pressed.connect(self._hit_tester.press_ref)
        panel.focused.connect(partial(self._ask_focus, panel))
        panel.text.moved.connect(partial(self._move_selection, panel))
        return panel

    def _fill(self, panel: MessagePanel, place: int, placed: list[Placed], is_out_of_time: Callable[[], bool]) -> bool:
        document = self._page.document
        item = document.item(place)
        panel.setGeometry(self._rect_of(placed) if placed else self._rect_outside(place))
        panel.rename(item.message.id, message_name(item.message))
        targets = [target for one in placed for target in self._hit_tester.focus_chain.targets_in(one)]
        panel.show_parts(targets, list(self._signs(placed)))
        panel.show()
        panel.text.setGeometry(panel.rect())
        blocks = [entry for entry in item.entries if isinstance(entry, BlockEntry)]
        return panel.text.show_entries(blocks, document.render_style, document.width, is_out_of_time)

    def _signs(self, placed: list[Placed]) -> Iterator[Sign]:
        for one in placed:
            if one.entry.is_told and one.entry.layout is not None:
                words = " ".join([label.text for label in one.entry.layout.labels])
                yield Sign(words, QRect(0, one.y, self._page.document.width, one.entry.height))

    def _rect_of(self, placed: list[Placed]) -> QRect:
        top, last = placed[0].y, placed[-1]
        return QRect(self._page.column_x, top, self._page.document.width, last.y + last.entry.height - top)

    def _rect_outside(self, place: int) -> QRect:
        first = self._page.placed[0].spot.place
        top = -_OUTSIDE if place < first else self.height()
        return QRect(self._page.column_x, top, self._page.document.width, _OUTSIDE)

    # --- the caret ----------------------------------------------------------------------------------------------

    def _select_in(self, text: MirroredText, place: int, anchor: Order, caret: Order) -> None:
        document = self._page.document

        def offset_of(order: Order) -> int:
            if order[0] != place:
                return 0 if order[0] < place else text.length
            return text.offset_of(order[1], order[2], document.render_style, document.width)

        if anchor[0] == place or caret[0] == place or (anchor[0] < place) != (caret[0] < place):
            text.select(offset_of(anchor), offset_of(caret))
        else:
            text.select_nothing()

    def _move_selection(self, panel: MessagePanel, anchor: int, caret: int) -> None:
        """A screen reader selected something, or put the caret somewhere."""
        page, document = self._page, self._page.document
        first = panel.text.place_of(anchor, document.render_style, document.width)
        second = panel.text.place_of(caret, document.render_style, document.width)
        spot = document.spot_of(panel.message_id, second[0]) if second is not None else None
        if first is None or second is None or spot is None:
            return
        page.selection.cover(Position(panel.message_id, *first), Position(panel.message_id, *second))
        self._reveal(spot, second[1])
        page.repaint_all()

    def _reveal(self, spot: Spot, offset: int) -> None:
        """Bring a position in the text into view."""
        page = self._page
        entry = page.document.entry(spot)
        if isinstance(entry, BlockEntry):
            rect = layout_of(entry, page.document.render_style, page.document.width).caret_rect(offset)
            caret = Control("caret", (rect,))
            self._hit_tester.focus_chain.reveal(
                Target(Placed(0, spot, entry), page.model.row(spot.place).message.id, caret)
            )

    def _ask_focus(self, panel: MessagePanel, ref: ControlRef | None) -> None:
        if panel.message_id:
            self.focus_asked.emit(panel.message_id, ref)
