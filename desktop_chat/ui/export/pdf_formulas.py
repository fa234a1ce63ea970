"""Paints formulas into a text document as outlines, which print sharply."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from desktop_chat.markdown.formula import typeset_formula
from desktop_chat.ui.transcript.math.formula_typesetter import outlined
from desktop_chat.ui.transcript.math.formulas import Outline

FORMULA = QTextFormat.ObjectTypes.UserObject.value + 1
_OUTLINE = QTextFormat.Property.UserProperty.value + 1
_SIZE = QTextFormat.Property.UserProperty.value + 2
_SCALE = 300 / 72
"""Dots of a point."""


def outline_of(latex: str, *, display: bool, glyphs: dict[int, QPainterPath]) -> Outline | None:
    """Return a formula's outline; None if it cannot be typeset. `glyphs` are kept for later ones."""
    formula = typeset_formula(latex, display=display)
    if formula is None:
        return None
    from desktop_chat.markdown.typesetter import typesetter  # noqa: PLC0415  (loaded by the line above)

    return outlined(formula, typesetter(), glyphs)


def formula_format(base: QTextCharFormat, outline: Outline, room: float) -> QTextCharFormat:
    """Return the format of the character that a formula stands in for; it is made to fit the width."""
    form = QTextCharFormat(base)
    form.setObjectType(FORMULA)
    form.setProperty(_OUTLINE, outline)
    size = base.font().pointSizeF() * _SCALE * 1.05
    form.setProperty(_SIZE, min(size, room * 0.95 / max(outline.width, 0.1)))
    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    return form


class _FormulaPainter(QPyTextObject):
    """Paints the characters that stand in for formulas. Qt places an object's lower edge on the base line."""

    def intrinsicSize(self, _document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        outline, size = form.property(_OUTLINE), form.property(_SIZE)
        return QSizeF(outline.width * size, (outline.ascent + outline.descent) * size)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        outline, size = form.property(_OUTLINE), form.property(_SIZE)
        colour = form.foreground().color()
        painter.save()
        painter.translate(QPointF(rect.left(), rect.top() + outline.ascent * size))
        painter.setPen(Qt.PenStyle.NoPen)
        for letter in outline.foreign:
            _paint_letter(painter, letter.text, QPointF(letter.x, letter.y) * size, letter.size * size, colour)
        painter.scale(size, size)
        for _name, bar in outline.bars:
            painter.fillRect(bar, colour)
        for _name, path in outline.letters:
            painter.fillPath(path, QBrush(colour))
        painter.restore()


def _paint_letter(painter: QPainter, text: str, at: QPointF, pixels: float, colour: QColor) -> None:
    font = QFont()
    font.setPixelSize(max(1, round(pixels * 0.86)))
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(at, text)
    painter.setPen(Qt.PenStyle.NoPen)


def add_formula_painter(document: QTextDocument) -> QPyTextObject:
    """Let a document paint formulas, as long as what is returned is kept."""
    painter = _FormulaPainter(document)
    document.documentLayout().registerHandler(FORMULA, painter)
    return painter
