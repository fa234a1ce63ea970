"""The widget that shows a conversation: wires the parts of the transcript, and passes Qt's events on to them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from desktop_chat.core.highlighting import Highlighting
from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.accessibility.accessible import Accessible
from desktop_chat.ui.transcript.accessibility.announcer import Announcer
from desktop_chat.ui.transcript.blocks.highlighter import MAY_HOLD_CODE, Highlighter
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages
from desktop_chat.ui.transcript.keyboard import Keyboard
from desktop_chat.ui.transcript.math.formulas_in_view import FormulasInView
from desktop_chat.ui.transcript.message_labels import MessageLabels
from desktop_chat.ui.transcript.model_sync import ModelSync
from desktop_chat.ui.transcript.overlays import JumpButton, NoticeLine
from desktop_chat.ui.transcript.page_painter import PagePainter
from desktop_chat.ui.transcript.pointer import Pointer
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.copying import Copier
from desktop_chat.ui.transcript.selection.mouse_selection import MouseSelection
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroll_bar import ScrollBar
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.scroll_area import PlainScrollArea

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.find.find import FindSession


class TranscriptView(Retranslated, PlainScrollArea):
    """Shows a `TranscriptModel`; idle while hidden."""

    action_triggered = Signal(str, str)
    """An action's id and a message's id: edit, regenerate, previous, next, or a remedy of the words handed in."""
    quote_requested = Signal(str)
    selection_export_requested = Signal(str)
    """Text to quote in the composer."""
    link_activated = Signal(str, str)  # address and text
    link_hovered = Signal(str)
    """The address under the pointer, or an empty text."""
    call_decided = Signal(str, object)
    """The id of a tool call, and the `Approval` of it."""
    refusal_asked = Signal(str, QRect)
    """The id of a tool call that the user wants to refuse, and where the button is in the viewport."""
    document_opened = Signal(str, str)
    """A message's id, and the SHA-256 of one of its documents."""
    copied = Signal(str)
    """The copied text."""
    at_end_changed = Signal(bool)
    fitted = Signal()
    """The size of the visible part changed."""

    def __init__(self, theme: Theme, words: MessageLabels) -> None:
        super().__init__()
        self.page = page = TranscriptPage(self, theme, words)
        self.document, self.scroller, self.selection = page.document, page.scroller, page.selection
        self._theme = theme
        self._following = True
        self._bar = ScrollBar(self)
        self.copier = Copier(page.document, page.selection)
        self.clipboard = Clipboard(page, self.copier)
        self.smooth_scroll = SmoothScroll(page)
        self.images = TranscriptImages(page, self.clipboard)
        self.hit_tester = HitTester(page, self.clipboard, self.smooth_scroll, self.images)
        self.selecting = MouseSelection(page)
        self.accessible = Accessible(page, self.hit_tester)
        self.announcer = Announcer(page, words)
        self.find_session: FindSession | None = None
        """The search while the find bar is open."""
        self.painter = PagePainter(page, self.hit_tester, self.images)
        self._pointer = Pointer(page, self.hit_tester, self.selecting, self.clipboard, self.smooth_scroll)
        self._keyboard = Keyboard(page, self.hit_tester, self.clipboard, self.smooth_scroll)
        self._highlighter = Highlighter(page.show_changes, self)
        self._formulas = FormulasInView(page)
        self._notice = NoticeLine(self)  # from here on Qt sends events, which the parts above take
        self._jump = JumpButton(theme, self)
        self.sync = ModelSync(page, self.announcer, self._jump)
        self._set_up()
        self._connect()
        self.retranslate()

    # --- what others use ----------------------------------------------------------------------------------------

    @property
    def model(self) -> TranscriptModel:
        return self.document.model

    @property
    def at_end(self) -> bool:
        """True while the view follows the end."""
        return self.scroller.follow

    def set_model(self, model: TranscriptModel) -> None:
        """Show a model, from its end."""
        self.sync.set_model(model)

    def laid_out_ahead(self, size: QSize) -> Iterator[None]:
        """Lay out what will be seen first once the view is shown at this size, an entry at each step."""
        return self.page.laid_out_ahead(size.width(), size.height())

    def mark_edited(self, message_id: str) -> None:
        """Outline the question that is being edited; an empty id for none."""
        self.painter.edited_message = message_id
        self.viewport().update()

    def use_highlighting(self, highlighting: Highlighting) -> None:
        """Set the highlighter of code; without one, code stays plain."""
        self._highlighter.use(highlighting)

    def focus_waiting_call(self, among: Container[str]) -> bool:
        """Focus the card of the first of these tool calls that waits for approval. Returns whether there is one. It
        focuses none of the buttons: a key pressed by chance must not allow anything."""
        self.sync.catch_up()
        ref = self.hit_tester.cards.waiting_call(among=among)
        if ref is not None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hit_tester.focus(ref)
        return ref is not None

    def set_notice(self, text: str) -> None:
        """Show a line above the messages that stays in view; an empty text removes it."""
        self._notice.set_notice(text)
        self._fit_notice()

    def scroll_place(self) -> ScrollPlace | None:
        """Return what is at the top edge; None while the end is followed."""
        if self.scroller.follow or not len(self.document):
            return None
        if (waiting := self.page.line_anchor.waiting()) is not None:
            return waiting
        spot, offset = self.scroller.anchor
        item = self.document.item(spot.place)
        key = item.entries[min(spot.index, len(item.entries) - 1)].key
        return ScrollPlace(item.message.id, key, offset / self.document.render_style.zoom)

    def folded(self) -> tuple[str, ...]:
        """Return the ids of the messages whose summary is folded away."""
        return tuple(sorted(self.document.folded))

    def restore_scroll_place(self, place: ScrollPlace | None, folded: Collection[str] = ()) -> None:
        """Fold summaries away again, and scroll to a position from `scroll_place`; to the end for None or a message
        that no longer exists."""
        self.document.folded.update(folded)
        for message_id in folded:
            if (folded_at := self.model.place_of(message_id)) is not None:
                self.page.resync(folded_at)
        spot = self.document.spot_of(place.message_id, place.block) if place else None
        if place is None or spot is None:
            self.scroller.follow_end()
        else:
            self.scroller.go_to_entry(spot, round(place.offset * self.document.render_style.zoom))
        self.page.show_changes()

    def show_message(self, message_id: str) -> None:
        """Scroll the beginning of a message to the top, or as far as the end allows. Ignored if it is not shown."""
        place = self.model.place_of(message_id)
        if place is not None:
            self.scroller.go_to_entry(Spot(place, 0), 0)
            self.page.show_changes()

    def resync(self, place: int) -> None:
        """Bring one message up to date, then show it."""
        self.page.resync(place)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Transcript"))
        self.viewport().setAccessibleName(tr("Transcript"))
        self.verticalScrollBar().setAccessibleName(tr("Scroll bar"))
        self._restyle()

    # --- what the page tells ------------------------------------------------------------------------------------

    def _on_laid_out(self) -> None:
        place = None if self.scroller.follow else self.scroller.value()
        self._bar.show_place(place, self.scroller.total(), self.page.height)
        self._ask_colours()
        self._formulas.ask()
        self._show_jump()
        if self.find_session is not None:
            self.find_session.note_shown()
        self.accessible.note_change()

    def _ask_colours(self) -> None:
        for one in self.page.placed:
            if isinstance(one.entry, BlockEntry) and one.entry.block.kind in MAY_HOLD_CODE:
                item = self.document.item(one.spot.place)
                self._highlighter.ask(item.section_of(one.entry), one.entry, running=item.row.running)

    def _show_jump(self) -> None:
        if self.scroller.shows_end(self.page.placed, self.page.height):
            self._jump.leave()
        elif self._jump.isHidden():
            self._jump.show_in(self.viewport().geometry())
        if self.scroller.follow is not self._following:
            self._following = self.scroller.follow
            self.at_end_changed.emit(self._following)

    # --- size and style -----------------------------------------------------------------------------------------

    def _restyle(self) -> None:
        """Take the theme and the language as they are now."""
        self._highlighter.stop()
        self.page.restyle()
        self._fit()

    def _fit(self) -> None:
        self.page.fit()
        self._fit_notice()
        self.page.show_changes()
        if not self._jump.isHidden():
            self._jump.show_in(self.viewport().geometry())

    def _fit_notice(self) -> None:
        render_style = self.document.render_style
        height = render_style.px(32) if self._notice.text() else 0
        if self.viewportMargins().top() != height:
            self.setViewportMargins(0, height, 0, 0)
        self._notice.fit(self.viewport().geometry(), height, render_style.px(16))

    def _on_dragged(self, share: float) -> None:
        if share >= 1:
            self.scroller.follow_end()
        else:
            self.scroller.go_to_height(round(share * max(0, self.scroller.total() - self.page.height)))
        self.page.show_changes()

    # --- Qt's own -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.page.is_stale:
            self.sync.catch_up()
        painter = QPainter(self.viewport())
        for dirty in cast(Iterable[QRect], event.region()):
            painter.save()
            painter.setClipRect(dirty)
            self.painter.paint(painter, dirty, self.find_session)
            painter.restore()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.fitted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sync.catch_up()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.smooth_scroll.finish()
        self.selecting.end()
        self.sync.stop()
        self._highlighter.stop()
        self._formulas.stop()
        self.accessible.stop()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Scrolling goes through the anchor, not through the bar's pixels."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer.wheel(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.double_click(event)

    def viewportEvent(self, event: QEvent) -> bool:
        return self._pointer.viewport_event(event) or super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keyboard.press(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.hit_tester.move_focus(forward=forward) or super().focusNextPrevChild(forward)

    def contextMenuEvent(self, _event: QContextMenuEvent) -> None:
        self.hit_tester.open_menu_by_key()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.accessible.note_change()
        self.hit_tester.enter(event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.hit_tester.leave_focus()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(760), self._theme.px(480))

    def _set_up(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(self._bar)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its room is always there
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def _connect(self) -> None:
        self.page.laid_out.connect(self._on_laid_out)
        self.page.repainted.connect(self.accessible.note_selection)
        self.clipboard.copied.connect(self.copied)
        self.hit_tester.action_triggered.connect(self.action_triggered)
        self.hit_tester.quote_requested.connect(self.quote_requested)
        self.hit_tester.selection_export_requested.connect(self.selection_export_requested)
        self.hit_tester.link_activated.connect(self.link_activated)
        self.hit_tester.link_hovered.connect(self.link_hovered)
        self.hit_tester.cards.decided.connect(self.call_decided)
        self.hit_tester.cards.refusal_asked.connect(self.refusal_asked)
        self.hit_tester.cards.document_opened.connect(self.document_opened)
        self._jump.clicked.connect(self.smooth_scroll.to_end)
        self._bar.turned.connect(self.wheelEvent)
        self._bar.dragged.connect(self._on_dragged)
        self._bar.lines_asked.connect(self.smooth_scroll.by_lines)
        self._bar.pages_asked.connect(self.smooth_scroll.by_pages)
        self._theme.changed.connect(self._restyle)
