"""What a new conversation shows before its first question: three things to try, and the keys for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.icons import pixmap
from desktop_chat.ui.shortcut_text import shortcut_text
from desktop_chat.ui.theme import Theme

_THINGS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("send", lambda: tr("Ask a question"), "Enter"),
    ("new-tab", lambda: tr("Ask something else meanwhile, in a new tab"), "Ctrl+T"),
    ("search", lambda: tr("Find what was said before"), "Ctrl+K"),
)


class EmptyState(QWidget):
    """A heading and three lines, in the middle of the page; nothing in it can be pressed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title, self._notice = QLabel(), QLabel()
        self._title.setProperty("heading", 1)
        self._notice.setProperty("muted", True)
        self._notice.hide()
        self._pictures = [QLabel() for _ in _THINGS]
        self._texts = [QLabel() for _ in _THINGS]
        self._keys = [KeyCap(theme) for _ in _THINGS]
        self._lay_out()
        self.retranslate()
        self._fit()
        theme.changed.connect(self._fit)

    def set_notice(self, text: str) -> None:
        """A line under the heading; empty for none."""
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def retranslate(self) -> None:
        self._title.setText(tr("What would you like to know?"))
        for label, keys, (_, words, shortcut) in zip(self._texts, self._keys, _THINGS, strict=True):
            label.setText(words())
            keys.setText(shortcut_text(shortcut))
        self.setAccessibleName(self._title.text())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        self._grid = QGridLayout()
        for row, parts in enumerate(zip(self._pictures, self._texts, self._keys, strict=True)):
            for column, part in enumerate(parts):
                align = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(part, row, column, align | Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(1, 1)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(self._title, 0, centre)
        self._column.addWidget(self._notice, 0, centre)
        self._column.addLayout(self._centred(self._grid))
        self._column.addStretch(3)

    def _centred(self, grid: QGridLayout) -> QVBoxLayout:
        holder = QWidget()
        holder.setLayout(grid)
        self._holder = holder
        column = QVBoxLayout()
        column.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        return column

    def _fit(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(24), px(24), px(24), px(24))
        self._column.setSpacing(px(8))
        self._grid.setContentsMargins(0, px(16), 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(12))
        self._holder.setMinimumWidth(px(400))
        for label, (picture, _, _) in zip(self._pictures, _THINGS, strict=True):
            label.setPixmap(pixmap(picture, px(18), self.devicePixelRatioF(), "muted"))


class KeyCap(QLabel):
    """The name of a key, drawn as one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        hint = super().sizeHint()
        return QSize(max(px(28), hint.width() + px(14)), hint.height() + px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.palette.border), 1))
        painter.setBrush(QColor(self._theme.palette.card))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._theme.px(5), self._theme.px(5)
        )
        painter.end()
        super().paintEvent(event)
