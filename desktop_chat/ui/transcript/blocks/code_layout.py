"""Lays out code: a card with lines that scroll sideways or wrap, and a head with the language and the buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QTextCharFormat, QTextLayout

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.long_lines import laid_out
from desktop_chat.markdown.nodes import Code
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import CodeHead, Control, Pane
from desktop_chat.ui.transcript.blocks.code_state import Extent
from desktop_chat.ui.transcript.blocks.shapes import CARD_FORMS, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, format_range, text_box
from desktop_chat.ui.transcript.look import Look

_NAMES = {
    "py": "Python", "python": "Python", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript",
    "typescript": "TypeScript", "sh": "Shell", "bash": "Bash", "json": "JSON", "html": "HTML", "css": "CSS",
    "sql": "SQL", "c": "C", "cpp": "C++", "c++": "C++", "cs": "C#", "csharp": "C#", "go": "Go", "rust": "Rust",
    "java": "Java", "kotlin": "Kotlin", "swift": "Swift", "yaml": "YAML", "yml": "YAML", "toml": "TOML", "xml": "XML",
    "diff": "Diff", "ruby": "Ruby", "php": "PHP", "r": "R", "md": "Markdown", "markdown": "Markdown", "tex": "LaTeX",
}  # fmt: skip
_HEIGHT, _BUTTON = 34, 26
_MANY = 9_999
"""Room is kept for a number this long, so that no button changes while lines arrive."""
_LEAST_WORDS = 40
_SHORT_LINE = 200
"""A longer line is not measured: it does not fit."""


def add_code(builder: BlockBuilder, node: Code, place: Place) -> None:
    """Add a card with code."""
    look, options = builder.look, builder.code
    wraps = options.wraps(look)
    top = builder.y
    if options.starts:
        add_head(builder, node, place)
        builder.y += look.px(10)
    lines = laid_out(node.text.split("\n"))
    pad = look.px(16)
    width = place.width - 2 * pad
    pane = len(builder.layout.panes)
    start = builder.y
    widest = 0.0
    tab = look.tab
    known = options.marks_of(builder.code_count, node.text)
    builder.code_count += 1
    for number, (line, rest) in enumerate(lines):
        marks = known[number] if number < len(known) else ()
        box = _line_box(builder, line, marks, width if wraps else None, tab)
        builder.put(box, place.x + pad, pane)
        box.clip_width, box.rest = width, rest
        widest = max(widest, box.natural_width)
        builder.y += box.height
        if rest:
            _add_note(builder, len(rest), place.x + pad, width)
    shown = QRectF(place.x + pad, start, width, builder.y - start + (look.px(8) if options.ends else 0))
    extent = options.state.extent if options.is_all else Extent()
    if not wraps and widest > width:
        extent.width = max(extent.width, widest + look.px(4))
    builder.layout.panes.append(Pane(shown, 0, None if wraps else extent, options.ends))
    if options.ends:
        builder.y += look.px(12)
    form = CARD_FORMS[options.starts, options.ends]
    rect = QRectF(place.x, top, place.width, builder.y - top)
    builder.layout.shapes.insert(0, Shape(form, rect, "code_background", "border"))


def _add_note(builder: BlockBuilder, left_out: int, x: float, width: float) -> None:
    """Say below a line how much of it is not shown."""
    words = tr("%n more character(s) in this line, not shown. Copy and Save have them all.", n=left_out)
    box = text_box(words, builder.look.meta, width)
    box.x, box.y, box.colour = x, builder.y, "muted"
    builder.layout.labels.append(box)
    builder.y += box.height


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


# --- the head ----------------------------------------------------------------------------------------------------


def add_head(builder: BlockBuilder, node: Code, place: Place) -> None:
    """Add a head above the lines of a card."""
    look = builder.look
    height = look.px(_HEIGHT)
    language = _NAMES.get(node.language.lower(), node.language) or tr("Code")
    most_words = CodeHead(QRectF(), language, _MANY).words(_MANY)
    room = place.width - look.px(16 + 8 + 8)
    buttons = _Buttons(look, node.text, builder.code.state.done, wraps=builder.code.wraps(look))
    can_wrap = not _fits(look, node.text, place)
    shown = buttons.controls(labelled=True, can_wrap=can_wrap)
    if _width(look, shown) + look.meta_width(most_words) > room:
        shown = buttons.controls(labelled=False, can_wrap=can_wrap)
    if _width(look, shown) + look.px(_LEAST_WORDS) > room:
        shown = buttons.controls(labelled=False, can_wrap=can_wrap)[-1:]
    left = _place(look, builder, shown, place)
    start = place.x + look.px(16)
    rect = QRectF(start, builder.y, max(0.0, left - look.px(8) - start), height)
    builder.layout.heads.append(CodeHead(rect, language, node.text.count("\n") + 1 if node.text else 0))
    line = QRectF(place.x + 1, builder.y + height, place.width - 2, 1)
    builder.layout.shapes.append(Shape(Form.FILL, line, "border"))
    builder.y += height


@dataclass(frozen=True, slots=True)
class _Buttons:
    look: Look
    code: str
    done: str
    wraps: bool

    def controls(self, *, labelled: bool, can_wrap: bool) -> list[tuple[Control, float]]:
        """Return the buttons from left to right, each with its width."""
        copied, saved = self.done == "copy_code", self.done == "save_code"
        wrap = self._one("wrap", tr("Do not wrap") if self.wraps else tr("Wrap"), "wrap", labelled=labelled)
        save = self._one("save_code", tr("Saved") if saved else tr("Save as file"), "check" if saved else "save")
        words, icon, spoken = (tr("Copied"), "check", "") if copied else (tr("Copy"), "copy", tr("Copy the code"))
        copy, width = self._one("copy_code", words, icon, labelled=labelled)
        return [*([wrap] if can_wrap else []), save, (replace(copy, spoken=spoken), width)]

    def _one(self, name: str, words: str, icon: str, *, labelled: bool = False) -> tuple[Control, float]:
        look = self.look
        control = Control(name, (), self.code, words, icon, shows_label=labelled)
        if not labelled:
            return control, float(look.px(_BUTTON + 2))
        advance = look.meta_width
        room = max(advance(tr("Copy")), advance(tr("Copied"))) if name == "copy_code" else advance(words)
        return control, room + look.px(16 + 4 + 16)


def _fits(look: Look, code: str, place: Place) -> bool:
    """Say whether code is a single line that fits, so that there is nothing to wrap."""
    if "\n" in code or len(code) > _SHORT_LINE:
        return False
    return QFontMetricsF(look.code.font).horizontalAdvance(code) <= place.width - look.px(2 * 16)


def _width(look: Look, buttons: list[tuple[Control, float]]) -> float:
    return sum([width + look.px(2) for _, width in buttons])


def _place(look: Look, builder: BlockBuilder, buttons: list[tuple[Control, float]], place: Place) -> float:
    """Put buttons at the right end of the head. Returns the left edge of the first one."""
    x = left = place.x + place.width - look.px(8) - _width(look, buttons) + look.px(2)
    for control, width in buttons:
        rect = QRectF(x, builder.y + look.px(4), width, look.px(_BUTTON))
        builder.layout.controls.append(replace(control, rects=(rect,)))
        x += width + look.px(2)
    return left
