"""The strip of attached files above the text: one row that scrolls sideways, and is reordered by drag or key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem

from desktop_chat.ui.chat.attachments.chips import HEIGHT, ChipDelegate, Part, can_be_retried
from desktop_chat.ui.chat.attachments.pending import ITEM, Pending, PendingList, Stage
from desktop_chat.ui.commands import Scope, command_of, keep_from_window
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.menu import Menu
from desktop_chat.ui.widgets.retranslation import Retranslated

Index = QModelIndex | QPersistentModelIndex
_SCROLL_BAR = 12
"""Pixels at zoom 1."""


class AttachmentStrip(Retranslated, QListView):
    """Says what the user wants with a file; moving is done here."""

    open_requested = Signal(object)
    remove_requested = Signal(object)
    retry_requested = Signal(object)
    undo_requested = Signal()
    left = Signal()
    """Escape was pressed, or the last file is gone: the focus belongs to the text."""

    def __init__(self, theme: Theme, files: PendingList) -> None:
        super().__init__()
        self._theme = theme
        self._files = files
        self._chips = ChipDelegate(theme)
        self._pressed: tuple[Pending, Part] | None = None
        self.setProperty("flat", True)
        self.setModel(files)
        self.setItemDelegate(self._chips)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        files.rowsInserted.connect(self._show_new)
        files.rowsRemoved.connect(self._follow_removal)
        theme.changed.connect(self.scheduleDelayedItemsLayout)
        self.retranslate()

    @property
    def current(self) -> Pending | None:
        """The file that the keys act on."""
        return self._item(self.currentIndex())

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Attachments"))
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self.height())

    # --- keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return keep_from_window(event, Scope.ATTACHMENTS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.current
        match command_of(event, Scope.ATTACHMENTS, Scope.PART):
            case "attachment_open" if item is not None:
                self._act(item)
            case "attachment_remove" if item is not None:
                self.remove_requested.emit(item)
            case "attachment_earlier" if item is not None:
                self._move(item, -1)
            case "attachment_later" if item is not None:
                self._move(item, 1)
            case "attachment_undo":
                self.undo_requested.emit()
            case "leave":
                self.left.emit()
            case _:
                super().keyPressEvent(event)

    def _move(self, item: Pending, by: int) -> None:
        self._files.move(item, self._files.place_of(item) + by)
        place = self._files.place_of(item) + 1
        announce(self, tr("{name}, {place} of {count}", name=item.name, place=place, count=self._files.rowCount()))
        self.scrollTo(self.currentIndex())

    def _act(self, item: Pending) -> None:
        """Open a file, or read it again if that failed."""
        if item.stage is Stage.READY:
            self.open_requested.emit(item)
        elif can_be_retried(item):
            self.retry_requested.emit(item)

    # --- pointer -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._at(event) if event.button() is Qt.MouseButton.LeftButton else None
        if self._pressed is None or self._pressed[1] is Part.BODY:  # a button begins no drag
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        was_dragged = self.state() is not QAbstractItemView.State.NoState
        super().mouseReleaseEvent(event)
        if pressed is None or was_dragged or self._at(event) != pressed:
            return
        item, part = pressed
        if part is Part.REMOVE:
            self.remove_requested.emit(item)
        elif part is Part.RETRY:
            self.retry_requested.emit(item)
        else:
            self._act(item)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hot(self._at(event))
        if self._pressed is None or self._pressed[1] is Part.BODY:
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hot(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with either wheel; leave the wheel to the rest of the window where all files are in view."""
        bar = self.horizontalScrollBar()
        if bar.maximum() == 0 or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        item = self._item(index)
        if item is not None:
            place = self.visualRect(index).center() if by_key else event.pos()
            self._menu_of(item).open_at(self.viewport().mapToGlobal(place))

    def _menu_of(self, item: Pending) -> Menu:
        menu = Menu(self._theme, self)
        place, last = self._files.place_of(item), self._files.rowCount() - 1
        entries: list[tuple[str, str, bool, Callable[[], None]]] = [
            ("eye", tr("Open"), item.stage is Stage.READY, lambda: self.open_requested.emit(item)),
            ("regenerate", tr("Try again"), can_be_retried(item), lambda: self.retry_requested.emit(item)),
            ("chevron-left", tr("Move left"), place > 0, lambda: self._files.move(item, place - 1)),
            ("chevron-right", tr("Move right"), place < last, lambda: self._files.move(item, place + 1)),
            ("trash", tr("Remove"), True, lambda: self.remove_requested.emit(item)),
        ]
        for name, words, possible, act in entries:
            if possible:
                menu.addAction(icon(name, "muted"), words).triggered.connect(act)
        return menu

    # --- upkeep ------------------------------------------------------------------------------------------------------

    def _item(self, index: QModelIndex) -> Pending | None:
        item: Pending | None = index.data(ITEM)
        return item

    def _at(self, event: QMouseEvent) -> tuple[Pending, Part] | None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        item = self._item(index)
        if item is None:
            return None
        part = self._chips.part_at(self.visualRect(index), item, place.x(), place.y())
        return (item, part) if part is not None else None

    def _set_hot(self, hot: tuple[Pending, Part] | None) -> None:
        if hot != self._chips.hot:
            self._chips.hot = hot
            self.viewport().update()

    def _show_new(self, _parent: QModelIndex, _first: int, last: int) -> None:
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.model().index(0, 0))
        self.scrollTo(self.model().index(last, 0))

    def _follow_removal(self) -> None:
        if self._files.rowCount() == 0 and self.hasFocus():
            self.left.emit()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Lay all files out again only if a chip has another width: many files become ready one after the other."""
        after = first.sibling(first.row() + 1, 0)
        wanted = self._chips.sizeHint(QStyleOptionViewItem(), first).width()
        if after.isValid() and self.visualRect(after).left() - self.visualRect(first).left() == wanted:
            self.viewport().update(self.visualRect(first))
        else:
            super().dataChanged(first, last, list(roles))

    def updateGeometries(self) -> None:
        """Leave room for a scroll bar only where there is one, and keep the end in view; Qt calls this after each
        layout."""
        bar = self.horizontalScrollBar()
        at_end = bar.maximum() - bar.value() < self._theme.px(_SCROLL_BAR)
        super().updateGeometries()
        if at_end:
            bar.setValue(bar.maximum())
        self.setFixedHeight(self._theme.px(HEIGHT) + (self._theme.px(_SCROLL_BAR) if bar.maximum() > 0 else 0))
