"""Lays out code: a card with its language, Copy and Wrap above lines that scroll sideways or wrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextCharFormat, QTextLayout

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.nodes import Code
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.block_layout import Control, Form, Pane, Shape
from desktop_chat.ui.transcript.look import Look
from desktop_chat.ui.transcript.text_box import TextBox, format_range, text_box

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.block_builder import BlockBuilder, Place

_NAMES = {
    "py": "Python", "python": "Python", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript",
    "typescript": "TypeScript", "sh": "Shell", "bash": "Bash", "json": "JSON", "html": "HTML", "css": "CSS",
    "sql": "SQL", "c": "C", "cpp": "C++", "c++": "C++", "cs": "C#", "csharp": "C#", "go": "Go", "rust": "Rust",
    "java": "Java", "kotlin": "Kotlin", "swift": "Swift", "yaml": "YAML", "yml": "YAML", "toml": "TOML", "xml": "XML",
    "diff": "Diff", "ruby": "Ruby", "php": "PHP", "r": "R", "md": "Markdown", "markdown": "Markdown", "tex": "LaTeX",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How the code of a block is shown."""

    marks_of: Callable[[int, str], Sequence[tuple[Mark, ...]]]
    """What is highlighted in the block's first, second, ... code, by line; lines beyond are plain."""
    wrap: bool = False
    starts: bool = True
    """It is the first part of its code block: it has the card's head."""
    ends: bool = True
    copied: bool = False
    """It was just copied, and says so."""


def add_code(builder: BlockBuilder, node: Code, place: Place) -> None:
    """Add a card with code."""
    look, options = builder.look, builder.code
    top = builder.y
    if options.starts:
        _add_head(builder, node, place)
        builder.y += look.px(10)
    lines = node.text.split("\n")
    pad = look.px(16)
    width = place.width - 2 * pad
    pane = len(builder.layout.panes)
    start = builder.y
    widest = 0.0
    tab = look.tab
    known = options.marks_of(builder.code_count, node.text)
    builder.code_count += 1
    for number, line in enumerate(lines):
        marks = known[number] if number < len(known) else ()
        box = _line_box(builder, line, marks, width if options.wrap else None, tab)
        builder.put(box, place.x + pad, pane)
        box.clip_width = width
        widest = max(widest, box.natural_width)
        builder.y += box.height
    shown = QRectF(place.x + pad, start, width, builder.y - start + (look.px(8) if options.ends else 0))
    builder.layout.panes.append(Pane(shown, 0 if options.wrap or widest <= width else widest + look.px(4)))
    if options.ends:
        builder.y += look.px(12)
    form = _FORMS[options.starts, options.ends]
    rect = QRectF(place.x, top, place.width, builder.y - top)
    builder.layout.shapes.insert(0, Shape(form, rect, "code_background", "border"))


_FORMS = {
    (True, True): Form.CARD,
    (True, False): Form.CARD_TOP,
    (False, False): Form.CARD_MIDDLE,
    (False, True): Form.CARD_BOTTOM,
}


def _add_head(builder: BlockBuilder, node: Code, place: Place) -> None:
    look = builder.look
    height = look.px(34)
    label = text_box(_NAMES.get(node.language.lower(), node.language) or tr("Code"), look.meta, None)
    label.colour = "muted"
    label.x, label.y = place.x + look.px(16), builder.y + (height - label.height) / 2 + look.px(1)
    builder.layout.labels.append(label)
    right = float(place.x + place.width - look.px(8))
    wrap_label = tr("Do not wrap") if builder.code.wrap else tr("Wrap")
    copy_label = tr("Copied") if builder.code.copied else tr("Copy")
    for name, words, icon in (
        ("copy_code", copy_label, "check" if builder.code.copied else "copy"),
        ("wrap", wrap_label, "wrap"),
    ):
        wide = text_box(words, look.meta, None).natural_width + look.px(16 + 4 + 16)
        rect = QRectF(right - wide, builder.y + look.px(4), wide, look.px(26))
        builder.layout.controls.insert(0, Control(name, (rect,), node.text, words, icon, shows_label=True))
        right -= wide + look.px(2)
    builder.layout.shapes.append(
        Shape(Form.FILL, QRectF(place.x + 1, builder.y + height, place.width - 2, 1), "border")
    )
    builder.y += height


def _line_box(builder: BlockBuilder, line: str, marks: tuple[Mark, ...], width: float | None, tab: float) -> TextBox:
    look = builder.look
    return builder.boxes.of_code(
        line, marks, width, lambda: text_box(line, look.code, width, _formats(look, line, marks), tab=tab)
    )


def _formats(look: Look, line: str, marks: tuple[Mark, ...]) -> list[QTextLayout.FormatRange]:
    made = []
    ascii_only = line.isascii()
    for start, length, name in marks:
        form = QTextCharFormat()
        form.setForeground(look.colour(f"code:{name}"))
        if name == "comment":
            form.setFontItalic(True)
        first = start if ascii_only else len(line[:start].encode("utf-16-le")) // 2
        size = length if ascii_only else len(line[start : start + length].encode("utf-16-le")) // 2
        made.append(format_range(first, size, form))
    return made
