"""Paints a row of the conversation list and locates its two hover actions."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop_chat.ui.commands import words_of
from desktop_chat.ui.sidebar.conversation_list_model import ListRole
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.state_mark import MARK, paint_mark
from desktop_chat.ui.widgets.tooltips import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
RowAction = Literal["pin", "trash"]

ROW, TALL_ROW = 34, 54
SIDE, INSIDE = 8, 10
ACTION = 24
KEPT_LINES = 128
"""Two for each row of a tall window."""
CONTEXT = 14
"""Characters shown before a hit far into its snippet."""


class ConversationDelegate(QStyledItemDelegate):
    """Rows have one line, or two with search snippets."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self.open_id = ""
        """The id of the active conversation."""
        self.query = ""
        self.folder_open = False
        self.tall = False
        """Whether rows have a second line."""
        self.pointer: QPoint | None = None
        self._lines: dict[tuple[str, int, str, str, str], QTextLayout] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(TALL_ROW if self.tall else ROW))

    def action_at(self, row: QRect, place: QPoint) -> RowAction | None:
        """Return the hover action at a position in a row."""
        for action, area in self._action_areas(row).items():
            if area.contains(place):
                return action
        return None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = _rect_of(option)
        conversation_id = index.data(ListRole.CONVERSATION_ID)
        if conversation_id:
            self._paint_conversation(painter, row, index, is_open=conversation_id == self.open_id)
        else:
            self._paint_heading(painter, row, index)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        editor = ImeLineEdit("", parent)
        editor.setAccessibleName(tr("Name"))
        return editor

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Leave keys to a composing input method; otherwise Enter and Escape end editing."""
        if isinstance(editor, ImeLineEdit) and editor.composing and isinstance(event, QKeyEvent):
            return False
        return super().eventFilter(editor, event)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        row = _rect_of(option)
        height = self._theme.px(ROW)
        side = self._theme.px(SIDE) - 2
        editor.setGeometry(row.left() + side, row.center().y() - height // 2, row.width() - 2 * side, height)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, _option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Show a tooltip for the hovered action, or for an elided title."""
        if event.type() != QEvent.Type.ToolTip or not index.data(ListRole.CONVERSATION_ID):
            return False
        action = self.action_at(view.visualRect(index), event.pos())
        if action is not None:
            text = _action_text(action, pinned=bool(index.data(ListRole.PINNED)))
        else:
            title = str(index.data())
            width = QFontMetricsF(self._theme.ui_font()).horizontalAdvance(title)
            room = self._text_area(view.visualRect(index), _state_of(index)).width()
            text = title if width > room else ""
        QToolTip.showText(event.globalPos(), plain_tooltip(text), view)
        return True

    def _paint_heading(self, painter: QPainter, row: QRect, index: Index) -> None:
        inset = self._theme.px(SIDE + INSIDE)
        area = row.adjusted(inset, 0, -inset, -self._theme.px(5))
        size = index.data(ListRole.FOLDER_SIZE)
        if size:
            self._paint_surface(painter, row, index, is_open=False, hovered=self._is_hovered(row))
            area = row.adjusted(inset, 0, -inset, 0)
        painter.setFont(self._theme.meta_font(semibold=True))
        painter.setPen(QColor(self._theme.palette.muted))
        if size:
            self._paint_folder(painter, area, size)
            area.setLeft(area.left() + self._theme.px(20))
        upright = Qt.AlignmentFlag.AlignVCenter if size else Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | upright, str(index.data()))

    def _paint_folder(self, painter: QPainter, area: QRect, size: int) -> None:
        """Paint what the folder's heading has besides its name: whether it is open, and how much is in it."""
        side = self._theme.px(14)
        place = QRect(area.left() - self._theme.px(1), area.center().y() - side // 2 + 1, side, side)
        icon("chevron-down" if self.folder_open else "chevron-right", "muted").paint(painter, place)
        painter.setFont(self._theme.meta_font())
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{size:,}")
        painter.setFont(self._theme.meta_font(semibold=True))

    def _paint_conversation(self, painter: QPainter, row: QRect, index: Index, *, is_open: bool) -> None:
        """Paint a row. The list asks Python for each piece of data, so only for what is needed, and once."""
        hovered, state = self._is_hovered(row), _state_of(index)
        self._paint_surface(painter, row, index, is_open=is_open, hovered=hovered)
        area = self._text_area(row, state)
        title = QRect(area)
        snippet = str(index.data(ListRole.SNIPPET) or "") if self.query else ""
        if snippet:
            title.setHeight(area.height() // 2)
            below = QRect(area.left(), title.bottom(), area.width(), area.height() - title.height())
            self._paint_line(painter, below, around(snippet, self.query), muted=True)
        self._paint_line(painter, title, str(index.data()))
        if state is not TabState.IDLE and not hovered:
            mark = self._theme.px(MARK)
            left = row.right() - self._right_side() - self._theme.px(INSIDE - 2) - mark
            paint_mark(painter, QRectF(left, row.center().y() - mark / 2 + 0.5, mark, mark), state, self._theme)
        if hovered:
            self._paint_actions(painter, row, pinned=bool(index.data(ListRole.PINNED)))

    def _paint_surface(self, painter: QPainter, row: QRect, index: Index, *, is_open: bool, hovered: bool) -> None:
        palette = self._theme.palette
        surface = QRectF(row).adjusted(self._theme.px(SIDE), 1, -self._right_side(), -1)
        radius = self._theme.px(8)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_open:
            painter.setBrush(QColor(palette.pressed))
            painter.drawRoundedRect(surface, radius, radius)
        elif hovered:
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(surface, radius, radius)
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.drawRoundedRect(surface.adjusted(1, 1, -1, -1), radius - 1, radius - 1)

    def _paint_line(self, painter: QPainter, area: QRect, text: str, *, muted: bool = False) -> None:
        """Paint one line of text, elided, with the search hits marked."""
        palette = self._theme.palette
        layout = self._line(text, area.width(), muted=muted)
        painter.setPen(QColor(palette.muted if muted else palette.text))
        layout.draw(painter, QRectF(area).topLeft() + _centred(area, layout.lineAt(0).height()))

    def _line(self, text: str, width: int, *, muted: bool) -> QTextLayout:
        """Return a laid out line. Rows are painted again with each hit that a search adds below, so lines are kept."""
        font = self._theme.meta_font() if muted else self._theme.ui_font()
        mark = self._theme.palette.selection
        key = (text, width, font.key(), self.query, mark)
        if key not in self._lines:
            if len(self._lines) >= KEPT_LINES:
                self._lines.clear()
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._lines[key] = layout = QTextLayout(shown, font)
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.NoWrap)
            layout.setTextOption(option)
            layout.setFormats([_marked(start, length, mark) for start, length in hits_in(shown, self.query)])
            layout.setCacheEnabled(True)
            layout.beginLayout()
            layout.createLine().setLineWidth(width + 1)
            layout.endLayout()
        return self._lines[key]

    def _paint_actions(self, painter: QPainter, row: QRect, *, pinned: bool) -> None:
        side = self._theme.px(16)
        for action, area in self._action_areas(row).items():
            under = self.pointer is not None and area.contains(self.pointer)
            if under:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.palette.pressed))
                painter.drawRoundedRect(area, 6, 6)
            place = QRect(0, 0, side, side)
            place.moveCenter(area.center())
            colour = "accent" if action == "pin" and pinned else "text" if under else "muted"
            icon(action, colour).paint(painter, place)

    def _action_areas(self, row: QRect) -> dict[RowAction, QRect]:
        side, gap = self._theme.px(ACTION), self._theme.px(2)
        top = row.center().y() - side // 2 + 1
        right = row.right() - self._right_side() - self._theme.px(5) + 1
        trash = QRect(right - side, top, side, side)
        return {"pin": trash.translated(-side - gap, 0), "trash": trash}

    def _text_area(self, row: QRect, state: TabState) -> QRect:
        px = self._theme.px
        area = row.adjusted(
            px(SIDE + INSIDE), px(6) if self.query else 0, -px(SIDE + INSIDE), -px(6) if self.query else 0
        )
        if self._is_hovered(row):
            area.setRight(self._action_areas(row)["pin"].left() - px(4))
        elif state is not TabState.IDLE:
            area.setRight(area.right() - px(MARK + 2))
        return area

    def _right_side(self) -> int:
        """Return the right margin; a visible scroll bar acts as one."""
        return self._theme.px(2 if self._view.verticalScrollBar().isVisible() else SIDE)

    def _is_hovered(self, row: QRect) -> bool:
        return self.pointer is not None and row.contains(self.pointer)


def hits_in(text: str, query: str) -> list[tuple[int, int]]:
    """Return the start and length of each occurrence of `query` in `text`, in UTF-16 units as Qt counts."""
    from desktop_chat.markdown.find_query import FindQuery  # noqa: PLC0415  # not needed at startup

    return [(start, end - start) for start, end in FindQuery(query.strip()).find_utf16(text)]


def around(snippet: str, query: str) -> str:
    """Return a snippet as one line that starts shortly before its first hit."""
    from desktop_chat.markdown.find_query import FindQuery  # noqa: PLC0415  # not needed at startup

    line = " ".join(snippet.split())
    hits = FindQuery(query.strip()).find(line)
    if not hits or hits[0][0] <= CONTEXT:
        return line
    return "…" + line[hits[0][0] - CONTEXT :].lstrip()


def _marked(start: int, length: int, colour: str) -> QTextLayout.FormatRange:
    mark = QTextLayout.FormatRange()
    mark.start, mark.length = start, length
    text_format = QTextCharFormat()
    text_format.setBackground(QColor(colour))
    mark.format = text_format
    return mark


def _centred(area: QRect, height: float) -> QPoint:
    return QPoint(0, round((area.height() - height) / 2))


def _action_text(action: RowAction, *, pinned: bool) -> str:
    if action == "trash":
        return words_of("trash")
    return tr("Unpin") if pinned else tr("Pin")


def _rect_of(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = option.rect
    return rect


def _state_of(index: Index) -> TabState:
    """Return the row's state, which Qt has converted to a plain string."""
    return TabState(index.data(ListRole.STATE) or TabState.IDLE)
