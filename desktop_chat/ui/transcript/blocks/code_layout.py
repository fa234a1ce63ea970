"""Lays out code: a card with lines that scroll sideways or wrap, and a head with the language and the buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QTextCharFormat, QTextLayout

from desktop_chat.markdown.highlight import Mark
from desktop_chat.markdown.long_lines import truncated_lines
from desktop_chat.markdown.nodes import Code
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import CodeHeader, Control, Pane
from desktop_chat.ui.transcript.blocks.code_state import Extent
from desktop_chat.ui.transcript.blocks.shapes import CARD_FORMS, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, format_range, text_box
from desktop_chat.ui.transcript.render_style import RenderStyle

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
    render_style, options = builder.render_style, builder.code
    wraps = options.wraps(render_style)
    top = builder.y
    if options.starts:
        add_head(builder, node, place)
        builder.y += render_style.px(10)
    lines = truncated_lines(node.text.split("\n"))
    pad = render_style.px(16)
    width = place.width - 2 * pad
    pane = len(builder.layout.panes)
    start = builder.y
    widest = 0.0
    tab = render_style.tab
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
    shown = QRectF(place.x + pad, start, width, builder.y - start + (render_style.px(8) if options.ends else 0))
    extent = options.state.extent if options.is_all else Extent()
    if not wraps and widest > width:
        extent.width = max(extent.width, widest + render_style.px(4))
    builder.layout.panes.append(Pane(shown, 0, None if wraps else extent, options.ends))
    if options.ends:
        builder.y += render_style.px(12)
    form = CARD_FORMS[options.starts, options.ends]
    rect = QRectF(place.x, top, place.width, builder.y - top)
    builder.layout.shapes.insert(0, Shape(form, rect, "code_background", "border"))


def _add_note(builder: BlockBuilder, left_out: int, x: float, width: float) -> None:
    """Say below a line how much of it is not shown."""
    words = tr("%n more character(s) on this line not shown. Copy and Save include them all.", n=left_out)
    box = text_box(words, builder.render_style.meta, width)
    box.x, box.y, box.colour = x, builder.y, "muted"
    builder.layout.labels.append(box)
    builder.y += box.height


def _line_box(builder: BlockBuilder, line: str, marks: tuple[Mark, ...], width: float | None, tab: float) -> TextBox:
    render_style = builder.render_style
    return builder.boxes.reuse(
        (line, marks, width),
        lambda: text_box(line, render_style.code, width, code_formats(render_style, line, marks), tab=tab),
    )


def code_formats(render_style: RenderStyle, line: str, marks: tuple[Mark, ...]) -> list[QTextLayout.FormatRange]:
    """Return the formats of a highlighted line."""
    made = []
    ascii_only = line.isascii()
    for start, length, name in marks:
        form = QTextCharFormat()
        form.setForeground(render_style.colour(f"code:{name}"))
        if name == "comment":
            form.setFontItalic(True)
        first = start if ascii_only else len(line[:start].encode("utf-16-le")) // 2
        size = length if ascii_only else len(line[start : start + length].encode("utf-16-le")) // 2
        made.append(format_range(first, size, form))
    return made


# --- the head ----------------------------------------------------------------------------------------------------


def add_head(builder: BlockBuilder, node: Code, place: Place) -> None:
    """Add a head above the lines of a card."""
    render_style = builder.render_style
    height = render_style.px(_HEIGHT)
    language = _NAMES.get(node.language.lower(), node.language) or tr("Code")
    most_words = CodeHeader(QRectF(), language, _MANY).words(_MANY)
    room = place.width - render_style.px(16 + 8 + 8)
    buttons = _Buttons(render_style, node.text, builder.code.state.done, wraps=builder.code.wraps(render_style))
    can_wrap = not _fits(render_style, node.text, place)
    shown = buttons.controls(labelled=True, can_wrap=can_wrap)
    if _width(render_style, shown) + render_style.meta_width(most_words) > room:
        shown = buttons.controls(labelled=False, can_wrap=can_wrap)
    if _width(render_style, shown) + render_style.px(_LEAST_WORDS) > room:
        shown = buttons.controls(labelled=False, can_wrap=can_wrap)[-1:]
    left = _place(render_style, builder, shown, place)
    start = place.x + render_style.px(16)
    rect = QRectF(start, builder.y, max(0.0, left - render_style.px(8) - start), height)
    builder.layout.heads.append(CodeHeader(rect, language, node.text.count("\n") + 1 if node.text else 0))
    line = QRectF(place.x + 1, builder.y + height, place.width - 2, 1)
    builder.layout.shapes.append(Shape(Form.FILL, line, "border"))
    builder.y += height


@dataclass(frozen=True, slots=True)
class _Buttons:
    render_style: RenderStyle
    code: str
    done: str
    wraps: bool

    def controls(self, *, labelled: bool, can_wrap: bool) -> list[tuple[Control, float]]:
        """Return the buttons from left to right, each with its width."""
        copied, saved = self.done == "copy_code", self.done == "save_code"
        wrap = self._one("wrap", tr("Don't wrap") if self.wraps else tr("Wrap"), "wrap", labelled=labelled)
        save = self._one("save_code", tr("Saved") if saved else tr("Save as file"), "check" if saved else "save")
        words, icon, spoken = (tr("Copied"), "check", "") if copied else (tr("Copy"), "copy", tr("Copy code"))
        copy, width = self._one("copy_code", words, icon, labelled=labelled)
        return [*([wrap] if can_wrap else []), save, (replace(copy, spoken=spoken), width)]

    def _one(self, name: str, words: str, icon: str, *, labelled: bool = False) -> tuple[Control, float]:
        render_style = self.render_style
        control = Control(name, (), self.code, words, icon, shows_label=labelled)
        if not labelled:
            return control, float(render_style.px(_BUTTON + 2))
        advance = render_style.meta_width
        room = max(advance(tr("Copy")), advance(tr("Copied"))) if name == "copy_code" else advance(words)
        return control, room + render_style.px(16 + 4 + 16)


def _fits(render_style: RenderStyle, code: str, place: Place) -> bool:
    """Return whether code is a single line that fits, so that there is nothing to wrap."""
    if "\n" in code or len(code) > _SHORT_LINE:
        return False
    return QFontMetricsF(render_style.code.font).horizontalAdvance(code) <= place.width - render_style.px(2 * 16)


def _width(render_style: RenderStyle, buttons: list[tuple[Control, float]]) -> float:
    return sum([width + render_style.px(2) for _, width in buttons])


def _place(
    render_style: RenderStyle, builder: BlockBuilder, buttons: list[tuple[Control, float]], place: Place
) -> float:
    """Put buttons at the right end of the head. Returns the left edge of the first one."""
    x = left = place.x + place.width - render_style.px(8) - _width(render_style, buttons) + render_style.px(2)
    for control, width in buttons:
        rect = QRectF(x, builder.y + render_style.px(4), width, render_style.px(_BUTTON))
        builder.layout.controls.append(replace(control, rects=(rect,)))
        x += width + render_style.px(2)
    return left
