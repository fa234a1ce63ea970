"""Reads PowerPoint files: the title, texts, tables and notes of each slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, Final

from pptx import Presentation

from desktop_chat.core.attachment_errors import FileBroken
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.markdown_table import table_lines

_MAX_DEPTH: Final = 20
"""Groups inside groups."""


def read_powerpoint(content: bytes, asked: Asked, out: Output) -> None:
    """Read a PowerPoint file. Raises FileBroken, and what its library raises for a broken one."""
    slides = Presentation(BytesIO(content)).slides
    out.pages = len(slides)
    count = min(out.pages, asked.pages)
    for number, slide in zip(range(count), slides, strict=False):
        if out.is_full:
            count = number
            break
        _add_slide(out, slide, number + 1)
        out.tell(number + 1, count)
    out.pages_left_out = out.pages - count


def _add_slide(out: Output, slide: Any, number: int) -> None:
    title = slide.shapes.title
    words = " ".join(title.text_frame.text.split()) if title is not None else ""
    out.add(f"## Slide {number}{': ' if words else ''}{words}\n\n")
    for shape in _shapes(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            for line in _lines(shape):
                out.add_line(line)
            out.add_line()
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        out.add(f"Notes: {notes.text.strip()}\n\n")


def _shapes(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """Yield all shapes with text or a table, also those inside groups. Raises FileBroken."""
    if depth > _MAX_DEPTH:
        raise FileBroken("groups are nested too deeply")
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes, depth + 1)
        elif shape.has_table or (shape.has_text_frame and shape.text_frame.text.strip()):
            yield shape


def _lines(shape: Any) -> Iterator[str]:
    if shape.has_table:
        return table_lines([cell.text for cell in row.cells] for row in shape.table.rows)
    written = [each for each in shape.text_frame.paragraphs if each.text.strip()]
    if len(written) == 1:
        return iter([written[0].text.strip()])
    return (f"{'  ' * each.level}- {' '.join(each.text.split())}" for each in written)
