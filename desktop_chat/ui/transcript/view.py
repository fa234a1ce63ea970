"""The conversation as it is seen: paints what is in view, and keeps still what is being read while text streams in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_chat.core.entities import Role
from desktop_chat.core.highlighting import Highlighting
from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.accessibility.accessible import Accessible
from desktop_chat.ui.transcript.blocks.highlighter import MAY_HOLD_CODE, Highlighter
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.damage import Screen
from desktop_chat.ui.transcript.document import Spot, TranscriptDocument
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages
from desktop_chat.ui.transcript.keyboard import Keyboard
from desktop_chat.ui.transcript.long_texts import LongTexts
from desktop_chat.ui.transcript.math.formulas_in_view import FormulasInView
from desktop_chat.ui.transcript.message_text import MessageText
from desktop_chat.ui.transcript.notice_line import NoticeLine
from desktop_chat.ui.transcript.page_painter import paint_page
from desktop_chat.ui.transcript.plain_area import QFrame as PlainArea
from desktop_chat.ui.transcript.pointer import Pointer
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.running_replies import RunningReplies
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.copying import Copier
from desktop_chat.ui.transcript.selection.mouse_selection import MouseSelection
from desktop_chat.ui.transcript.selection.selection import Selection, whole_message
from desktop_chat.ui.transcript.transcript_model import FRAME_MS, TranscriptModel
from desktop_chat.ui.transcript.viewport.jump_button import JumpButton
from desktop_chat.ui.transcript.viewport.line_anchor import LineAnchor
from desktop_chat.ui.transcript.viewport.scroll_bar import ScrollBar
from desktop_chat.ui.transcript.viewport.scroller import Placed, Scroller
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QShowEvent,
        QWheelEvent,
    )

    from desktop_chat.ui.transcript.find.find import Find


class TranscriptView(Retranslated, PlainArea):
    """Shows a `TranscriptModel`. Only what is visible is laid out; a hidden view does nothing at all."""

    action_triggered = Signal(str, str)
    """An action's id and a message's id: edit, regenerate, previous, next, or a remedy of the words handed in."""
    quote_requested = Signal(str)
    """A text that is to be quoted in the composer."""
    link_activated = Signal(str, str)  # address and text
    link_hovered = Signal(str)
    """The address under the pointer, or an empty text."""
    copied = Signal(str)
    """What was put on the clipboard."""
    at_end_changed = Signal(bool)
    fitted = Signal()
    """What is seen of it has another size."""

    def __init__(self, theme: Theme, words: MessageText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.words = words
        self.accessible = Accessible(self)
        self.document = TranscriptDocument(RenderStyle.of(theme), words)
        self.scroller = Scroller(self.document)
        self.selection = Selection(self._place_of)
        self.copier = Copier(self.document, self.selection)
        self.clipboard = Clipboard(self)
        self.hit_tester = HitTester(self)
        self.placed: list[Placed] = []
        self.column_x = 0
        self._stale = True
        self._stale_rows: set[int] = set()
        self._following = True
        self._bar = ScrollBar(self)
        self.selecting = MouseSelection(self)
        self._pointer = Pointer(self)
        self.smooth_scroll = SmoothScroll(self, self._pointer.see_again)
        self.line_anchor = LineAnchor(self.document, self.scroller)
        self._keyboard = Keyboard(self)
        self._screen = Screen(self.viewport())
        self._highlighter = Highlighter(self.show_changes, self)
        self._formulas = FormulasInView(self)
        self._long = LongTexts(self, self.show_changes)
        self.images = TranscriptImages(self)
        self._notice = NoticeLine(self)
        self._jump = JumpButton(theme, self)
        self.replies = RunningReplies(self)
        self.finding: Find | None = None
        self.edited_message = ""
        """The question that is being edited in the composer."""
        self._more = QTimer(self, interval=FRAME_MS, singleShot=True)
        self._set_up()
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
        self.model.disconnect(self)
        self.document.model = model
        model.rowsInserted.connect(self._on_inserted)
        model.dataChanged.connect(self._on_changed)
        model.modelReset.connect(self._on_reset)
        self.selection.clear()
        self.scroller.follow_end()
        self._on_reset()

    def mark_edited(self, message_id: str) -> None:
        """Outline the question that is being edited; an empty id for none."""
        self.edited_message = message_id
        self.viewport().update()

    def use_highlighting(self, highlighting: Highlighting) -> None:
        """Have code highlighted by this; without it code is plain."""
        self._highlighter.use(highlighting)

    def set_notice(self, text: str) -> None:
        """Show a line above the messages that stays in view; an empty text removes it."""
        self._notice.say(text)
        self._fit_notice()

    def scroll_place(self) -> ScrollPlace | None:
        """Return what is at the top edge; None while the end is followed."""
        if self.scroller.follow or not len(self.document):
            return None
        if (waiting := self.line_anchor.waiting()) is not None:
            return waiting
        spot, offset = self.scroller.anchor
        item = self.document.item(spot.place)
        key = item.entries[min(spot.index, len(item.entries) - 1)].key
        return ScrollPlace(item.message.id, key, offset / self.document.render_style.zoom)

    def restore_scroll_place(self, place: ScrollPlace | None) -> None:
        """Go where `scroll_place` was read; to the end for None or a message that is gone."""
        row = self._place_of(place.message_id) if place else None
        if place is None or row is None:
            self.scroller.follow_end()
        else:
            index = self.document.item(row).index_of(place.block)
            self.scroller.stand_at(Spot(row, index), round(place.offset * self.document.render_style.zoom))
        self.show_changes()

    def scroll_by(self, pixels: int) -> None:
        """Scroll down, or up when negative."""
        self.scroller.move(pixels)
        self.show_changes()

    def select_all(self) -> None:
        """Select every message."""
        count = len(self.document)
        if count:
            first, _ = whole_message(self.model.row(0).message.id)
            _, last = whole_message(self.model.row(count - 1).message.id)
            self.selection.cover(first, last)
            self.repaint_all()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Transcript"))
        self.viewport().setAccessibleName(tr("Transcript"))
        self.verticalScrollBar().setAccessibleName(tr("Scroll bar"))
        self.restyle()

    # --- used by its parts --------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Take the theme and the language as they are now."""
        self.line_anchor.hold()
        self.document.restyle(RenderStyle.of(self.theme))
        render_style = self.document.render_style
        self._highlighter.stop()
        self.scroller.top, self.scroller.bottom = render_style.px(12), render_style.px(24)
        self._screen.forget()
        self._fit()

    def show_changes(self) -> None:
        """Lay out what is in view, and have repainted what changed."""
        self._stale = not self.isVisible() or self._long.must_wait()
        if self._stale:
            return
        self.line_anchor.keep()
        self.placed = self.scroller.place(self.viewport().height())
        self._screen.show(self.placed, self.caret_entry())
        self._update_scroll_bar()
        self._ask_colours()
        self._formulas.ask()
        self._show_jump()
        if self.finding is not None:
            self.finding.note_shown()
        self.accessible.note_change()

    def caret_entry(self) -> Entry | None:
        """Return the last block in view of the reply that is being written."""
        for one in reversed(self.placed):
            if isinstance(one.entry, BlockEntry):
                is_tail = one.entry.key >= 0 and one.entry.around.is_last
                return one.entry if is_tail and self.model.row(one.spot.place).is_writing else None
        return None

    def repaint_all(self) -> None:
        """Repaint without laying out: hover, focus or selection changed."""
        self.viewport().update()
        self.accessible.note_selection()

    def resync(self, place: int) -> None:
        """Bring one message up to date, then show it."""
        self.document.refresh(place)
        self.show_changes()

    # --- the model speaks ---------------------------------------------------------------------------------------

    def _on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """A question of one's own is gone to, wherever one was reading; what others write is counted."""
        self.document.append_rows()
        if any(message.role is Role.USER for message in self.model.messages(first, last + 1)):
            self.scroller.follow_end()
        elif not self.scroller.follow:
            self._jump.note_messages(last + 1 - first)
        self.replies.look_again()
        self.show_changes()

    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._stale_rows.update(range(first.row(), last.row() + 1))
        self._stale = True
        if self.isVisible():
            if not self.scroller.follow:
                self._jump.note_text()
            self._catch_up()

    def _on_reset(self) -> None:
        spot, _ = self.scroller.anchor
        self._stale_rows, self.placed = set(), []
        self.document.reset(self.model)
        if spot.place >= len(self.document):
            self.scroller.follow = True
        self.replies.look_again()
        self.show_changes()

    def _place_of(self, message_id: str) -> int | None:
        return self.document.model.place_of(message_id)

    # --- the screen ---------------------------------------------------------------------------------------------------

    def _update_scroll_bar(self) -> None:
        place = None if self.scroller.follow else self.scroller.value()
        self._bar.show_place(place, self.scroller.total(), self.viewport().height())

    def _ask_colours(self) -> None:
        for one in self.placed:
            if isinstance(one.entry, BlockEntry) and one.entry.block.kind in MAY_HOLD_CODE:
                item = self.document.item(one.spot.place)
                self._highlighter.ask(item.section_of(one.entry), one.entry, running=item.row.running)

    def _show_jump(self) -> None:
        if self.scroller.shows_end(self.placed, self.viewport().height()):
            self._jump.leave()
        elif self._jump.isHidden():
            self._jump.show_in(self.viewport().geometry())
        if self.scroller.follow is not self._following:
            self._following = self.scroller.follow
            self.at_end_changed.emit(self._following)

    def _fit(self) -> None:
        self.line_anchor.hold()
        self.column_x, self.document.width = self.theme.column_in(self.viewport().width())
        self._screen.forget()
        self._fit_notice()
        self.show_changes()
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
            self.scroller.go_to(round(share * max(0, self.scroller.total() - self.viewport().height())))
        self.show_changes()

    # --- Qt's own -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._stale:
            self._catch_up()
        painter = QPainter(self.viewport())
        for dirty in cast(Iterable[QRect], event.region()):
            painter.save()
            painter.setClipRect(dirty)
            paint_page(self, painter, dirty)
            painter.restore()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.fitted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.smooth_scroll.finish()
        self.selecting.end()
        self.replies.stop()
        self._more.stop()
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
        self.hit_tester.enter(event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.hit_tester.leave_focus()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(760), self.theme.px(480))

    def _catch_up(self) -> None:
        """Take what came since the last frame, as much as fits in one."""
        places, self._stale_rows = self._stale_rows, set()
        for place in places:
            if self.document.refresh(place):
                self._stale_rows.add(place)
        if self._stale_rows:
            self._more.start()
        self.replies.look_again()
        self.show_changes()

    def _set_up(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(self._bar)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its room is always there
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._more.timeout.connect(self._catch_up)
        self._jump.clicked.connect(self.smooth_scroll.to_end)
        self._bar.turned.connect(self.wheelEvent)
        self._bar.dragged.connect(self._on_dragged)
        self._bar.lines_asked.connect(self.smooth_scroll.by_lines)
        self._bar.pages_asked.connect(self.smooth_scroll.by_pages)
        self.theme.changed.connect(self.restyle)
