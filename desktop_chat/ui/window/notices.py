"""The notices above the tabs, stacked; they scroll when they would take too much of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.window.report_notice import CLOSE, Report, ReportNotice, words_for

MAX_WINDOW_SHARE = 0.4


class Notices(QScrollArea):
    """As high as its notices, up to a share of the window's height; hidden without notices."""

    action_triggered = Signal(str, object)
    """Action id and the report it concerns."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._inner = QWidget()
        self._rows = QVBoxLayout(self._inner)
        self._notices: list[ReportNotice] = []
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner.installEventFilter(self)
        theme.changed.connect(self._fit)
        self._fit()

    def tell(self, report: Report) -> None:
        """Show a notice until the user closes it; duplicates are ignored."""
        if words_for(report) in {notice.text for notice in self._notices}:
            return
        notice = ReportNotice(self._theme, report)
        notice.action_triggered.connect(lambda action: self._act(action, notice))
        self._notices.append(notice)
        self._rows.addWidget(notice)
        notice.show()
        self.show()
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inner and event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self._measure()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(0, self._wanted())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def _act(self, action: str, notice: ReportNotice) -> None:
        if action != CLOSE:
            self.action_triggered.emit(action, notice.report)
        self._notices.remove(notice)
        self._rows.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self.setVisible(bool(self._notices))
        self._measure()

    def _wanted(self) -> int:
        return self._rows.totalHeightForWidth(self.viewport().width()) if self._notices else 0

    def _measure(self) -> None:
        height = min(self._wanted(), round(self.window().height() * MAX_WINDOW_SHARE))
        if height != self.height():
            self.setFixedHeight(height)

    def _fit(self) -> None:
        px = self._theme.px
        self._rows.setContentsMargins(px(8), px(8), px(8), px(8))
        self._rows.setSpacing(px(8))
        self._measure()
