"""Writes a conversation as a Word document. Formulas are their LaTeX source."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from docx import Document
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt, RGBColor

from desktop_chat.core.image_files import format_of
from desktop_chat.markdown.nodes import (
    CHECK_BOXES,
    LINE_BREAK,
    Code,
    Footnote,
    Image,
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
from desktop_chat.services.exports.entries import Entry, ExportedDocument
from desktop_chat.services.exports.export_words import ExportWords
from desktop_chat.services.exports.html_export import image_content

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot contain."""
_LATIN, _CHINESE, _MONOSPACE = "Calibri", "Microsoft YaHei", "Consolas"
_MUTED, _WARNING = RGBColor(0x63, 0x63, 0x5E), RGBColor(0x85, 0x56, 0x00)
_MAX_DEPTH = 8
_DRAWN = frozenset({"png", "jpeg", "gif"})
"""The image formats that Word reads."""


def docx_of(document: ExportedDocument, words: ExportWords, content_of: Callable[[str], bytes | None]) -> bytes:
    """Return a document as the bytes of a DOCX file."""
    writer = _Writer(content_of)
    writer.head(document)
    for entry in document.entries:
        writer.entry(entry, words)
    return writer.saved()


class _Writer:
    def __init__(self, content_of: Callable[[str], bytes | None]) -> None:
        self._content_of = content_of
        self._document = Document()
        for name, font in (
            ("Normal", _LATIN),
            *((f"Heading {level}", _LATIN) for level in range(1, 7)),
            ("Title", _LATIN),
        ):
            _set_font(self._document.styles[name], font)
        self._document.styles["Normal"].font.size = Pt(10.5)
        section: Any = self._document.sections[0]
        self._width = Emu(section.page_width - section.left_margin - section.right_margin)

    def head(self, document: ExportedDocument) -> None:
        self._document.core_properties.title = _clean(document.title)[:250]
        self._document.core_properties.author = "Desktop Chat"
        self._document.add_heading(_clean(document.title), 0)
        self._note(document.details, _MUTED)

    def entry(self, entry: Entry, words: ExportWords) -> None:
        self._document.add_heading(_clean(entry.author), 1)
        self._note(entry.details, _MUTED)
        for note in entry.notes:
            self._note(note, _WARNING)
        if entry.reasoning:
            self._document.add_paragraph(_clean(words.reasoning), style="Intense Quote")
            self._nodes(entry.reasoning, depth=1)
        self._nodes(entry.body)

    def saved(self) -> bytes:
        stream = io.BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _note(self, text: str, colour: RGBColor) -> None:
        run = self._document.add_paragraph().add_run(_clean(text))
        run.font.size = Pt(9)
        run.font.color.rgb = colour

    def _nodes(self, nodes: Iterable[Node], depth: int = 0) -> None:
        for node in nodes:
            self._node(node, min(depth, _MAX_DEPTH))

    def _node(self, node: Node, depth: int) -> None:  # noqa: C901  (one case for each kind)
        match node:
            case Text(spans, level):
                paragraph = self._document.add_heading("", min(9, level + 1)) if level else self._paragraph(depth)
                self._spans(paragraph, spans)
            case Code(text):
                self._code(text, depth)
            case Math(text):
                self._spans(self._paragraph(depth), (Span(text, Style.MATH),))
            case Image(address, alternative):
                self._image(address, alternative, depth)
            case Rule():
                self._paragraph(depth).add_run("\u2015" * 20)
            case Quote(children):
                self._nodes(children, depth + 1)
            case Footnote(number=number, children=children):
                self._marked(f"[{number}] ", children, depth)
            case ItemList(items):
                for item in items:
                    self._marked(f"{item.marker} {CHECK_BOXES[item.checked]}", item.children, depth + 1)
            case Table():
                self._table(node)

    def _paragraph(self, depth: int) -> Any:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.left_indent = Pt(18 * depth) if depth else None
        return paragraph

    def _marked(self, marker: str, children: tuple[Node, ...], depth: int) -> None:
        """Write an item; its number or bullet hangs before the first paragraph, as it was written."""
        paragraph = self._paragraph(depth)
        paragraph.paragraph_format.first_line_indent = Pt(-14)
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(marker)
        if children and isinstance(children[0], Text) and not children[0].level:
            self._spans(paragraph, children[0].spans)
            children = children[1:]
        self._nodes(children, depth)

    def _spans(self, paragraph: Any, spans: Spans) -> None:
        for span in spans:
            if span.style & Style.IMAGE and self._picture(paragraph, span.href):
                continue
            text = _clean(span.text).replace(LINE_BREAK, "\n")
            if span.href.startswith(("http://", "https://", "mailto:")):
                _add_link(paragraph, text or span.href, span.href)
                continue
            run = paragraph.add_run(text)
            run.bold, run.italic = bool(span.style & Style.BOLD) or None, bool(span.style & Style.ITALIC) or None
            run.font.strike = bool(span.style & Style.STRIKE) or None
            run.font.superscript = bool(span.style & Style.NOTE) or None
            if span.style & (Style.CODE | Style.MATH):
                _set_font(run, _MONOSPACE)

    def _code(self, text: str, depth: int) -> None:
        paragraph = self._paragraph(depth)
        _shade(paragraph._p.get_or_add_pPr(), "F7F7F5")  # noqa: SLF001  (the library has no other way)
        run = paragraph.add_run(_clean(text))
        run.font.size = Pt(9)
        _set_font(run, _MONOSPACE)

    def _image(self, address: str, alternative: str, depth: int) -> None:
        paragraph = self._paragraph(depth)
        if not self._picture(paragraph, address):
            is_link = address.startswith(("http://", "https://"))
            style = Style.PLAIN if is_link else Style.ITALIC
            self._spans(paragraph, (Span(alternative or address, style, address if is_link else ""),))

    def _picture(self, paragraph: Any, address: str) -> bool:
        content = image_content(address, self._content_of)
        if format_of(content) not in _DRAWN:
            return False
        try:
            picture = paragraph.add_run().add_picture(io.BytesIO(content))
        except (UnrecognizedImageError, ValueError, KeyError, ZeroDivisionError, OSError, OverflowError):
            return False
        if picture.width > self._width:
            picture.height = Emu(int(picture.height * self._width / picture.width))
            picture.width = self._width
        return True

    def _table(self, table: Table) -> None:
        rows = table.all_rows
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        made = self._document.add_table(rows=0, cols=columns, style="Table Grid")
        for number, row in enumerate(rows):
            cells = made.add_row().cells
            for cell, spans in zip(cells, row, strict=False):
                self._spans(cell.paragraphs[0], spans)
                if table.header and not number:
                    for run in cell.paragraphs[0].runs:
                        run.bold = True
        self._paragraph(0)


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


def _set_font(styled: Any, name: str) -> None:
    """Set a font, with one for Chinese beside it."""
    styled.font.name = name
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _CHINESE)


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    properties.append(shade)


def _add_link(paragraph: Any, text: str, address: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(_clean(address), kind, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline = True
    run.font.color.rgb = RGBColor(0x1F, 0x6F, 0x5C)
    link.append(run._r)  # noqa: SLF001  (the library has no other way)
    paragraph._p.append(link)  # noqa: SLF001
