"""The composer's button with the context meter and what the conversation cost; it opens the numbers in detail."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from desktop_chat.core.context_use import ContextUse
from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.money_text import context_words, cost_of_sum, percent, usage_rows
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated

_FULL = 0.95
"""The share of the window above which the ring has the colour of danger."""
_RING, _LINE, _PAD, _GAP = 14, 2.5, 7, 6


class UsageButton(Retranslated, QToolButton):
    """Shows a ring, as full as the model's context window, and beside it the money, or the tokens where it was free.
    Hidden while nothing was used. It stands where its coming and growing moves nothing else; where there is no room for
    the words, fewer are shown, never a part of one; then the ring alone, or an icon where the window is unknown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._used = UsageSum()
        self._context = ContextUse()
        self._forms: tuple[str, ...] = ()
        """The words, and what says the essence of them in less room."""
        self.setProperty("muted", True)
        self.setIcon(icon("usage", "muted"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()
        self.retranslate()
        theme.changed.connect(self.updateGeometry)

    @property
    def words(self) -> str:
        """The words beside the ring, where there is room for all of them."""
        return self._forms[0] if self._forms else ""

    @property
    def shown_words(self) -> str:
        """The words that there is room for."""
        room = self.width() - self._words_begin() - self._theme.px(_PAD) + 1
        fitting = (words for words in self._forms if self.fontMetrics().horizontalAdvance(words) <= room)
        return next(fitting, "")

    @property
    def context(self) -> ContextUse:
        """What the ring shows."""
        return self._context

    def show_used(self, used: UsageSum, context: ContextUse) -> None:
        """Show what the conversation used so far, and what it takes of the model's context window."""
        self._used, self._context = used, context
        self.retranslate()
        self.setVisible(used.requests > 0 or context.tokens > 0)

    def retranslate(self) -> None:
        used, context = self._used, self._context
        self._forms = _forms(used, context)
        name = tr("Usage of this conversation")
        lines = [tr("{name}: {words}", name=label, words=value) for label, value in rows_of(used, context)]
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr(", ").join(lines))
        self.setToolTip("\n".join((name, *lines)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        least = self.minimumSizeHint()
        if not self.words:
            return least
        words = self.fontMetrics().horizontalAdvance(self.words)
        return QSize(max(least.width(), self._words_begin() + words + self._theme.px(_PAD)), least.height())

    def minimumSizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(2 * px(_PAD) + px(_RING), px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, words = self._theme.px, self.shown_words
        mark = QRect(px(_PAD), (self.height() - px(_RING)) // 2, px(_RING), px(_RING))
        if self._context.window:
            self._paint_ring(painter, QRectF(mark))
        elif not words:
            self.icon().paint(painter, mark)
        painter.setPen(QColor(self._colour() if self._context.is_near_end else self._theme.palette.muted))
        room = self.rect().adjusted(self._words_begin(), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()

    def _words_begin(self) -> int:
        px = self._theme.px
        return px(_PAD) + (px(_RING) + px(_GAP) if self._context.window else 0)

    def _paint_ring(self, painter: QPainter, room: QRectF) -> None:
        """Draw the used share clockwise from the top, on a thin circle."""
        line = self._theme.px(_LINE)
        circle = room.adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.setPen(QPen(QColor(self._theme.palette.border), line))
        painter.drawEllipse(circle)
        if self._context.share:
            pen = QPen(QColor(self._colour()), line)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(circle, 90 * 16, -max(16, round(self._context.share * 360 * 16)))

    def _colour(self) -> str:
        palette = self._theme.palette
        if not self._context.is_near_end:
            return palette.muted
        return palette.danger if self._context.share >= _FULL else palette.warning


def rows_of(used: UsageSum, context: ContextUse) -> list[tuple[str, str]]:
    """Return all numbers, as labels and values."""
    rows = [(tr("Context"), context_words(context))] if context.tokens else []
    return [*rows, *(usage_rows(used) if used.requests else ())]


def _forms(used: UsageSum, context: ContextUse) -> tuple[str, ...]:
    """Return what is shown beside the ring, the longest first."""
    if context.is_near_end:
        share = percent(context.share)
        return tr("{percent} of the context", percent=share), share
    if not used.requests:
        return ()
    if cost := cost_of_sum(used):
        return (cost,)
    tokens = used.prompt_tokens + used.completion_tokens
    if not tokens and used.uncounted:
        return ()  # the server counted none: that is not the same as none
    return tr("%n token(s)", n=tokens), str(tokens)
