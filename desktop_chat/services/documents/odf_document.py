"""Reads OpenDocument files, as LibreOffice writes them: text, spreadsheets and presentations, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from desktop_chat.core.attachment_errors import FileBroken, FileEmpty, FileEncrypted
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.markdown_table import table_lines
from desktop_chat.services.documents.office_zip import content_of, open_zip

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
}
_MAX_DEPTH: Final = 200
_MAX_REPEATED: Final = 100
"""Copies of an equal cell or row, and spaces in a row: files state how often, up to a million times."""


def read_odf_document(content: bytes, asked: Asked, out: Output) -> None:
    """Read an OpenDocument file. Raises FileBroken, FileTooLarge, FileEncrypted, FileEmpty."""
    archive = open_zip(content)
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in content_of(
        archive, "META-INF/manifest.xml"
    ):
        raise FileEncrypted
    root: Element = fromstring(content_of(archive, "content.xml"))
    _check_depth(root)
    body = next(iter(root.find("office:body", _NAMES) or ()), None)
    if body is None:
        raise FileBroken("no content")
    if body.tag == _name("office:text"):
        _add_blocks(out, body)
    else:
        _add_pages(out, body, asked)
    if not out.text():
        raise FileEmpty


def _name(short: str) -> str:
    """Return a name as the parser writes it."""
    space, _, name = short.partition(":")
    return f"{{{_NAMES[space]}}}{name}"


_PARAGRAPH, _HEADING, _LIST, _TABLE = _name("text:p"), _name("text:h"), _name("text:list"), _name("table:table")
_SPACE, _NOTES, _PAGE = _name("text:s"), _name("presentation:notes"), _name("draw:page")
_SIGNS = {_name("text:tab"): "\t", _name("text:line-break"): "\n"}
_LEFT_OUT = frozenset({_name("office:annotation"), _name("text:tracked-changes"), _name("office:forms")})


def _check_depth(root: Element) -> None:
    """Raise FileBroken if elements are nested too deeply for the functions that follow them."""
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise FileBroken("nested too deeply")


def _add_pages(out: Output, body: Element, asked: Asked) -> None:
    """Add the sheets or slides."""
    pages = [element for element in body if element.tag in {_TABLE, _PAGE}]
    out.pages = len(pages)
    count = min(out.pages, asked.pages)
    for number, page in enumerate(pages[:count]):
        if out.is_full:
            count = number
            break
        if page.tag == _TABLE:
            out.add(f"## {page.get(_name('table:name'), '')}\n\n")
            _add_table(out, page)
        else:
            out.add(f"## Slide {number + 1}\n\n")
            _add_blocks(out, page)
        out.tell(number + 1, count)
    out.pages_left_out = out.pages - count


def _add_blocks(out: Output, parent: Element) -> None:
    """Add paragraphs, lists and tables, also those inside sections and frames."""
    for element in parent:
        if element.tag == _HEADING:
            level = element.get(_name("text:outline-level"), "1")
            marks = "#" * min(int(level) if level.isdecimal() else 1, 6)
            out.add(f"{marks or '#'} {' '.join(_text_of(element).split())}\n\n")
        elif element.tag == _PARAGRAPH:
            text = _text_of(element).strip()
            out.add(f"{text}\n\n" if text else "")
        elif element.tag == _LIST:
            _add_list(out, element, 0)
            out.add_line()
        elif element.tag == _TABLE:
            _add_table(out, element)
        elif element.tag == _NOTES:
            notes = " ".join(_text_of(element).split())
            out.add(f"Notes: {notes}\n\n" if notes else "")
        elif element.tag not in _LEFT_OUT:
            _add_blocks(out, element)


def _add_list(out: Output, parent: Element, level: int) -> None:
    for item in parent:
        for element in item:
            if element.tag == _LIST:
                _add_list(out, element, level + 1)
            elif text := _text_of(element).strip():
                out.add_line(f"{'  ' * level}- {text}")


def _add_table(out: Output, table: Element) -> None:
    for line in table_lines(_rows(table)):
        out.add_line(line)
    out.add_line()


def _rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter(_name("table:table-row")):
        cells: list[str] = []
        for cell in row:
            text = "\n".join(filter(None, (_text_of(part) for part in cell if part.tag not in _LEFT_OUT)))
            cells += [text] * _times(cell, "table:number-columns-repeated")
        if any(cells):
            yield from [cells] * _times(row, "table:number-rows-repeated")


def _times(element: Element, attribute: str) -> int:
    value = element.get(_name(attribute), "1")
    return max(1, min(int(value), _MAX_REPEATED)) if value.isdecimal() and len(value) < 10 else 1


def _text_of(element: Element) -> str:
    """Return the text inside an element."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag == _SPACE:
            pieces.append(" " * _times(child, "text:c"))
        elif child.tag in _SIGNS:
            pieces.append(_SIGNS[child.tag])
        elif child.tag not in _LEFT_OUT:
            pieces.append(_text_of(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
