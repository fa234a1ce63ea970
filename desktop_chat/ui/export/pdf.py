"""Paints a document as PDF: text that can be selected, highlighted code, tables, formulas, images, page numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from desktop_chat.markdown.node_html import Marks
from desktop_chat.markdown.nodes import Code, Node
from desktop_chat.ui.export.pdf_characters import with_proper_characters
from desktop_chat.ui.export.pdf_text import INK, MUTED, PdfText, page_font

EntryParts: TypeAlias = tuple[str, str, tuple[str, ...], tuple[Node, ...], tuple[Node, ...], bool]
"""Author, details, notes, reasoning, body, and whether it is a question."""

_RESOLUTION = 300
_MARGIN_MM = 18
_FOOT_MM = 8


def pdf_of(
    title: str,
    details: str,
    entries: Iterable[EntryParts],
    *,
    reasoning: str,
    page: Callable[[int, int], str],
    content_of: Callable[[str], bytes | None],
    marks_of: Callable[[Code], Marks],
) -> bytes:
    """Return a document as PDF, on A4. `page` returns "Page 2 of 3"."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Desktop Chat")
    writer.setResolution(_RESOLUTION)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    room = QSizeF(writer.width(), writer.height() - _pixels(_FOOT_MM))
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    text = PdfText(document, room, content_of, marks_of)
    text.head(title, details)
    for author, about, notes, thoughts, body, is_question in entries:
        text.entry(author, about, notes, is_question=is_question)
        if thoughts:
            text.reasoning(reasoning, thoughts)
        text.nodes(body)
    document.setPageSize(room)
    _paint(document, writer, room, page)
    return with_proper_characters(bytes(buffer.data().data()))


def _paint(document: QTextDocument, writer: QPdfWriter, room: QSizeF, page: Callable[[int, int], str]) -> None:
    painter = QPainter(writer)
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(QPointF(0, -number * room.height()))
        area = QRectF(QPointF(0, number * room.height()), room)
        painter.setClipRect(area)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = area
        context.palette.setColor(context.palette.ColorRole.Text, INK)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(page_font())
        painter.setPen(MUTED)
        foot = QRectF(0, room.height() + _pixels(2), room.width(), _pixels(_FOOT_MM - 2))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, page(number + 1, count))
    painter.end()


def _pixels(millimetres: float) -> float:
    return millimetres / 25.4 * _RESOLUTION
