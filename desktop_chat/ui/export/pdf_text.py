"""Lays nodes out as a text document for a PDF writer. Nothing in it is ever loaded from an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QGuiApplication,
    QPainterPath,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableFormat,
)

from desktop_chat.core.attachments import ADDRESS
from desktop_chat.core.image_errors import ImageError
from desktop_chat.markdown.node_html import Marks, lines_of
from desktop_chat.markdown.nodes import (
    CHECK_BOXES,
    Code,
    Footnote,
    Image,
    Item,
    ItemList,
    Math,
    Node,
    Quote,
    Rule,
    Span,
    Spans,
    Style,
    Table,
    Text,
)
from desktop_chat.markdown.sanitize import safe_link
from desktop_chat.ui.export.pdf_formulas import add_formula_painter, formula_format, outline_of
from desktop_chat.ui.images.image_decoding import decode, embedded_content, is_embedded
from desktop_chat.ui.style.fonts import Fonts

INK, MUTED, _WARNING = QColor("#1c1c1a"), QColor("#63635e"), QColor("#855600")
_ACCENT, _CARD, _CODE_PAGE, _BORDER = QColor("#1f6f5c"), QColor("#f1f1ee"), QColor("#f7f7f5"), QColor("#deded8")
_MARKS = {
    **dict.fromkeys(("keyword", "literal", "deleted"), QColor("#8b2252")),
    **dict.fromkeys(("string", "inserted"), QColor("#24703a")),
    "number": QColor("#7a4b00"),
    **dict.fromkeys(("function", "type", "heading"), QColor("#1d5ca8")),
    "comment": MUTED,
}
_BODY, _SMALL, _CODE, _TITLE = 10.0, 8.5, 8.5, 17.0
_HEADINGS = {1: 14.0, 2: 12.5, 3: 11.5}
_STEP_MM = 6.0
_MAX_DEPTH = 8
_NO_FEATURES = ("locl", "liga")
"""They bring glyphs that a PDF by Qt does not name the characters of, so digits could not be copied."""
_MAX_IMAGE_SHARE = 0.6
"""Of the height of a page."""
_DOTS_PER_MM = 96 / 25.4
"""Qt scales the lengths of a document from 96 dots per inch to those of the writer."""
_SCALE = 300 / 96


@cache
def _fonts() -> Fonts:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)  # noqa: S101  (made before the first document)
    return Fonts.of_this_system(app)


def _font(points: float, *, code: bool = False, bold: bool = False) -> QFont:
    fonts = _fonts()
    font = fonts.monospaced(points) if code else fonts.proportional(points)
    font.setPointSizeF(points)
    font.setBold(bold)
    for feature in _NO_FEATURES:
        font.setFeature(QFont.Tag(feature), 0)
    return font


def page_font() -> QFont:
    """Return the font of page numbers."""
    return _font(_SMALL)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where paragraphs stand."""

    depth: int = 0
    marker: str = ""
    """Hangs before the first line."""
    tight: bool = False
    muted: bool = False

    @property
    def colour(self) -> QColor:
        return MUTED if self.muted else INK


class PdfText:
    """Writes to a text document from its end."""

    def __init__(
        self,
        document: QTextDocument,
        room: QSizeF,
        content_of: Callable[[str], bytes | None],
        marks_of: Callable[[Code], Marks],
    ) -> None:
        self._document = document
        self._room = room
        self._content_of = content_of
        self._marks_of = marks_of
        self._cursor = QTextCursor(document)
        self._images = 0
        self._begun = False
        self._paths: dict[int, QPainterPath] = {}
        self._formula_painter = add_formula_painter(document)

    def head(self, title: str, details: str) -> None:
        """Write the title of the document."""
        self._block(space=0)
        self._write(title, _char(_font(_TITLE, bold=True)))
        self._block(space=1)
        self._write(details, _char(_font(_SMALL), MUTED))

    def entry(self, author: str, details: str, notes: Iterable[str], *, is_question: bool) -> None:
        """Write the heading of a message."""
        form = self._block(space=6, keep=True)
        if is_question:
            form.setBackground(QBrush(_CARD))
            self._cursor.setBlockFormat(form)
        self._write(author, _char(_font(11, bold=True)))
        self._write(f"   {details}", _char(_font(_SMALL), MUTED))
        for note in notes:
            self._block(space=0.5)
            self._write(note, _char(_font(_SMALL), _WARNING))

    def reasoning(self, title: str, nodes: Iterable[Node]) -> None:
        """Write what a model thought."""
        self._block(space=2, keep=True, depth=1)
        self._write(title, _char(_font(_SMALL, bold=True), MUTED))
        self.nodes(nodes, _Place(depth=1, muted=True))

    def nodes(self, nodes: Iterable[Node], place: _Place = _Place()) -> None:
        """Write nodes."""
        for node in nodes:
            self._node(node, place)
            place = _Place(place.depth, "", place.tight, place.muted)

    def _node(self, node: Node, place: _Place) -> None:  # noqa: C901  (one case for each kind)
        match node:
            case Text(spans, level):
                size = _HEADINGS.get(level, _BODY)
                self._block(space=4 if level else 1 if place.tight else 2, keep=bool(level), depth=place.depth)
                self._marker(place)
                self._spans(spans, _char(_font(size, bold=bool(level)), place.colour))
            case Code():
                self._code(node, place)
            case Math(text):
                self._block(space=2, depth=place.depth)
                self._formula(text, _char(_font(_BODY), place.colour), display=True)
            case Image(address, alternative):
                form = self._block(space=2, depth=place.depth)
                form.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
                self._cursor.setBlockFormat(form)
                self._image(address, alternative, _char(_font(_BODY), place.colour))
            case Rule():
                form = self._block(space=2, depth=place.depth)
                form.setProperty(QTextBlockFormat.Property.BlockTrailingHorizontalRulerWidth, QTextLength())
                self._cursor.setBlockFormat(form)
            case Quote(children):
                self.nodes(children, _Place(min(place.depth + 1, _MAX_DEPTH), "", place.tight, muted=True))
            case Footnote(number=number, children=children):
                self.nodes(children, _Place(place.depth + 1, f"{number}. ", tight=True, muted=True))
            case ItemList(items):
                for item in items:
                    self._item(item, place, tight=not node.loose)
            case Table():
                self._table(node)

    def _item(self, item: Item, place: _Place, *, tight: bool) -> None:
        depth = min(place.depth + 1, _MAX_DEPTH)
        marker = f"{item.marker} {CHECK_BOXES[item.checked]}"
        if item.children and isinstance(item.children[0], Text):
            self.nodes(item.children, _Place(depth, marker, tight, place.muted))
            return
        self._block(space=1, depth=depth)
        self._marker(_Place(depth, marker, tight, place.muted))
        self.nodes(item.children, _Place(depth, "", tight, place.muted))

    def _block(self, *, space: float, depth: int = 0, keep: bool = False) -> QTextBlockFormat:
        """Begin a paragraph, `space` millimetres below the one before; `keep` keeps it with what follows."""
        form = QTextBlockFormat()
        form.setTopMargin(space * _DOTS_PER_MM)
        form.setLeftMargin(depth * _STEP_MM * _DOTS_PER_MM)
        form.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if keep:
            form.setHeadingLevel(0)
            form.setNonBreakableLines(True)
        if self._begun:
            self._cursor.insertBlock(form, QTextCharFormat())
        else:
            self._cursor.setBlockFormat(form)
            self._begun = True
        return form

    def _marker(self, place: _Place) -> None:
        if place.marker:
            form = self._cursor.blockFormat()
            form.setTextIndent(-4 * _DOTS_PER_MM)
            self._cursor.setBlockFormat(form)
            self._write(place.marker, _char(_font(_BODY), place.colour))

    def _write(self, text: str, form: QTextCharFormat) -> None:
        self._cursor.insertText(text, form)

    def _spans(self, spans: Spans, base: QTextCharFormat) -> None:
        for span in spans:
            self._span(span, base)

    def _span(self, span: Span, base: QTextCharFormat) -> None:
        if span.style & Style.IMAGE:
            self._image(span.href, span.text, base)
        elif span.style & Style.MATH:
            self._formula(span.text, base, display=False)
        else:
            self._write(span.text, _styled(span, base))

    def _code(self, code: Code, place: _Place) -> None:
        form = self._block(space=2, depth=place.depth)
        form.setBackground(QBrush(_CODE_PAGE))
        form.setLineHeight(115, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self._cursor.setBlockFormat(form)
        plain = _char(_font(_CODE, code=True))
        for number, (line, marks) in enumerate(lines_of(code, self._marks_of(code))):
            if number:
                self._write("\u2028", plain)
            self._code_line(line, marks, plain)

    def _code_line(self, line: str, marks: Sequence[tuple[int, int, str]], plain: QTextCharFormat) -> None:
        at = 0
        for start, length, kind in marks:
            if start < at or kind not in _MARKS:
                continue
            self._write(line[at:start], plain)
            marked = QTextCharFormat(plain)
            marked.setForeground(QBrush(_MARKS[kind]))
            self._write(line[start : start + length], marked)
            at = start + length
        self._write(line[at:], plain)

    def _formula(self, latex: str, base: QTextCharFormat, *, display: bool) -> None:
        outline = outline_of(latex, display=display, glyphs=self._paths)
        if outline is None:
            code = QTextCharFormat(base)
            code.setFont(_font(_CODE, code=True))
            self._write(latex, code)
            return
        self._cursor.insertText("\ufffc", formula_format(base, outline, self._room.width()))

    def _image(self, address: str, alternative: str, base: QTextCharFormat) -> None:
        try:
            shown = decode(self._bytes_of(address)).image
        except ImageError:
            self._span(Span(f"[{alternative or address[:200]}]", Style.ITALIC), base)
            return
        self._images += 1
        name = f"image-{self._images}"
        self._document.addResource(QTextDocument.ResourceType.ImageResource, name, shown)
        width, height = self._room.width() / _SCALE, self._room.height() / _SCALE * _MAX_IMAGE_SHARE
        share = min(1.0, width * 0.95 / shown.width(), height / shown.height())
        form = QTextImageFormat()
        form.setName(name)
        form.setWidth(shown.width() * share)
        form.setHeight(shown.height() * share)
        self._cursor.insertImage(form)

    def _bytes_of(self, address: str) -> bytes:
        """Return an image that is at hand; nothing for one that would have to be fetched. Raises ImageError."""
        if address.startswith(ADDRESS):
            return self._content_of(address.removeprefix(ADDRESS)) or b""
        return embedded_content(address) if is_embedded(address) else b""

    def _table(self, table: Table) -> None:
        rows = table.all_rows
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        self._block(space=1)
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(QBrush(_BORDER))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(False)
        form.setCellSpacing(0)
        form.setCellPadding(1.2 * _DOTS_PER_MM)
        form.setHeaderRowCount(1 if table.header else 0)
        made = self._cursor.insertTable(len(rows), columns, form)
        for number, row in enumerate(rows):
            is_head = bool(table.header) and not number
            for column, spans in enumerate(row[:columns]):
                cell = made.cellAt(number, column)
                if is_head:
                    shade = cell.format().toTableCellFormat()
                    shade.setBackground(QBrush(_CARD))
                    cell.setFormat(shade)
                self._cursor = cell.firstCursorPosition()
                align = QTextBlockFormat()
                align.setAlignment(
                    _ALIGNMENTS.get(
                        table.alignments[column] if column < len(table.alignments) else "", Qt.AlignmentFlag.AlignLeft
                    )
                )
                self._cursor.setBlockFormat(align)
                self._spans(spans, _char(_font(9, bold=is_head)))
        self._cursor = QTextCursor(self._document)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)


_ALIGNMENTS = {"center": Qt.AlignmentFlag.AlignHCenter, "right": Qt.AlignmentFlag.AlignRight}


def _char(font: QFont, colour: QColor = INK) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFont(font)
    form.setForeground(QBrush(colour))
    return form


def _styled(span: Span, base: QTextCharFormat) -> QTextCharFormat:
    if not span.style and not span.href:
        return base
    form = QTextCharFormat(base)
    if span.style & Style.CODE:
        form.setFont(_font(base.font().pointSizeF() * 0.92, code=True))
        form.setBackground(QBrush(_CODE_PAGE))
    if span.style & Style.BOLD:
        form.setFontWeight(QFont.Weight.Bold)
    if span.style & Style.ITALIC:
        form.setFontItalic(True)
    if span.style & Style.STRIKE:
        form.setFontStrikeOut(True)
    if span.style & Style.NOTE:
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
    if span.href:
        _link(form, span.href)
    return form


def _link(form: QTextCharFormat, address: str) -> None:
    form.setForeground(QBrush(_ACCENT))
    if safe_link(address):  # a footnote is below
        form.setAnchor(True)
        form.setAnchorHref(address)
