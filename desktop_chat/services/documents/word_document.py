"""Reads Word files as Markdown: headings, paragraphs, lists, tables and footnotes, in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from desktop_chat.core.attachment_errors import FileEmpty
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.markdown_table import table_lines

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_PARAGRAPH, _TABLE, _CONTROL, _CONTENT = qn("w:p"), qn("w:tbl"), qn("w:sdt"), qn("w:sdtContent")
_VALUE, _ID = qn("w:val"), qn("w:id")
_NOTE = qn("w:footnoteReference")
_TEXT = qn("w:t")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", _PARAGRAPH: " "}
"""Elements that stand for characters; a paragraph inside another one is in a text box."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""Repeats the text of a drawing for older programs."""
_HEADING = re.compile(r"heading (\d)")
_MAX_STYLES: Final = 20
"""Styles that a style is based on, one on the other."""
_MAX_LEVEL: Final = 9


def read_word(content: bytes, _asked: Asked, out: Output) -> None:
    """Read a Word file. Raises FileEmpty, and what its library raises for a broken one."""
    writer = _Writer.of(Document(BytesIO(content)))
    body = writer.document.element.body
    for element in _blocks(body):
        if element.tag == _TABLE:
            out.add(writer.end_of_list())
            for line in table_lines(_rows(element)):
                out.add_line(line)
            out.add_line()
        elif line := writer.line(element):
            out.add(line)
    for note in writer.notes():
        out.add_line(note)
    if not out.text():
        raise FileEmpty


@dataclass(slots=True)
class _Writer:
    """Writes paragraphs, with what the document says about their styles and lists."""

    document: WordDocument
    levels: dict[str, int]
    """The heading level by the id of the style."""
    lists: dict[str, Any]
    """The definition of each kind of list, by its number."""
    list_styles: dict[str, Any]
    """What styles say of the list that their paragraphs belong to, by the id of the style."""
    counts: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * (_MAX_LEVEL + 1)))
    was_item: bool = False

    @classmethod
    def of(cls, document: WordDocument) -> _Writer:
        levels = {style.style_id: level for style in document.styles if (level := _heading_level(style))}
        of_lists = {
            style.style_id: found for style in document.styles if (found := _numbering(style.element)) is not None
        }
        return cls(document, levels, _lists_in(document), of_lists)

    def line(self, paragraph: Any) -> str:
        """Return a paragraph as Markdown, with the line ends that belong behind it; empty for none."""
        text = _text_of(paragraph).strip()
        if not text:
            return ""
        properties = paragraph.pPr
        style = properties.pStyle.get(_VALUE, "") if properties is not None and properties.pStyle is not None else ""
        before = self.end_of_list()
        if level := self.levels.get(style):
            return f"{before}{'#' * level} {' '.join(text.split())}\n\n"
        own = _numbering(paragraph)
        numbering = self.list_styles.get(style) if own is None else own
        if numbering is None or numbering.numId is None:
            return f"{before}{text}\n\n"
        self.was_item = True
        level = numbering.ilvl.val if numbering.ilvl is not None else 0
        return self._item(str(numbering.numId.val), max(0, min(level, _MAX_LEVEL)), text)

    def end_of_list(self) -> str:
        """Return the line end that belongs before anything but an item."""
        before, self.was_item = "\n" if self.was_item else "", False
        return before

    def _item(self, kind: str, level: int, text: str) -> str:
        counts = self.counts[kind]
        counts[level] += 1
        counts[level + 1 :] = [0] * (_MAX_LEVEL - level)
        mark = f"{counts[level]}." if self._is_numbered(kind, level) else "-"
        lines = text.replace("\n", f"\n{'  ' * level}  ")
        return f"{'  ' * level}{mark} {lines}\n"

    def _is_numbered(self, kind: str, level: int) -> bool:
        definition = self.lists.get(kind)
        formats = definition.findall(qn("w:lvl")) if definition is not None else []
        found = [each.find(qn("w:numFmt")) for each in formats if each.get(qn("w:ilvl")) == str(level)]
        return any(each is not None and each.get(_VALUE) not in {"bullet", "none"} for each in found)

    def notes(self) -> Iterator[str]:
        """Yield the footnotes."""
        for part in _parts(self.document, "footnotes"):
            for note in parse_xml(part.blob).findall(qn("w:footnote")):
                text = " ".join(_text_of(note).split())
                if text and note.get(qn("w:type")) in {None, "normal"}:
                    yield f"[^{note.get(_ID)}]: {text}"


def _numbering(element: Any) -> Any:
    """Return what a paragraph or a style says of its list; None for nothing."""
    properties = getattr(element, "pPr", None)
    return None if properties is None else properties.numPr


def _heading_level(style: Any) -> int:
    """Return the level of a heading's style, from 1 to 6; 0 for other styles."""
    for _ in range(_MAX_STYLES):
        name = (style.name or "").lower()
        if name == "title":
            return 1
        if found := _HEADING.match(name):
            return max(1, min(int(found[1]), 6))
        if (style := getattr(style, "base_style", None)) is None:
            break
    return 0


def _parts(document: WordDocument, kind: str) -> list[Any]:
    return [
        found.target_part
        for found in document.part.rels.values()
        if not found.is_external and found.reltype.endswith(f"/{kind}")
    ]


def _lists_in(document: WordDocument) -> dict[str, Any]:
    """Return the definition of each kind of list, by its number."""
    found: dict[str, Any] = {}
    for part in _parts(document, "numbering"):
        element = part.element if isinstance(part, XmlPart) else parse_xml(part.blob)
        definitions = {each.get(qn("w:abstractNumId")): each for each in element.findall(qn("w:abstractNum"))}
        for number in element.findall(qn("w:num")):
            of = number.find(qn("w:abstractNumId"))
            if of is not None and of.get(_VALUE) in definitions:
                found[number.get(qn("w:numId"))] = definitions[of.get(_VALUE)]
    return found


def _blocks(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those inside content controls."""
    for element in parent.iterchildren(_PARAGRAPH, _TABLE, _CONTROL):
        if element.tag == _CONTROL:
            for inner in element.iterchildren(_CONTENT):
                yield from _blocks(inner)
        else:
            yield element


def _rows(table: Any) -> Iterator[list[str]]:
    """Yield the cells of each row, with empty ones where a cell spans several columns."""
    for row in table.iterchildren(qn("w:tr")):
        cells: list[str] = []
        for cell in row.iterchildren(qn("w:tc")):
            cells.append(_text_of(cell))
            cells += [""] * (min(cell.grid_span, 64) - 1)
        yield cells


def _text_of(element: Any) -> str:
    """Return the text inside an element: without what was deleted, with links' addresses left out."""
    pieces: list[str] = []
    for each in element.iterdescendants():
        if each.tag == _TEXT and each.text:
            if not any(above.tag == _FALLBACK for above in each.iterancestors(_FALLBACK)):
                pieces.append(each.text)
        elif each.tag in _SIGNS:
            pieces.append(_SIGNS[each.tag])
        elif each.tag == _NOTE:
            pieces.append(f"[^{each.get(_ID)}]")
    return "".join(pieces)
