"""The head of a code card: its language and number of lines, and what can be done with it, as far as there is room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from desktop_chat.markdown.nodes import Code
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import Control, Form, Shape

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
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
"""Room is kept for so many lines, so that no button changes its form while they come."""
_LEAST_WORDS = 40
_SHORT_LINE = 200
"""Characters up to which a line is measured."""


@dataclass(frozen=True, slots=True)
class CodeHeader:
    """Where the words of a head go. They are painted apart from the layout: the number of lines grows below it."""

    rect: QRectF
    language: str
    lines: int
    """Of this piece alone; a code block in parts knows them all."""

    def words(self, lines: int) -> str:
        """Return what stands in the head of so many lines."""
        return f"{self.language} \u00b7 {tr('%n line(s)', n=lines)}" if lines else self.language

    def paint(self, painter: QPainter, render_style: RenderStyle, lines: int) -> None:
        """Paint the words, without the number of lines where there is no room for it."""
        words = self.words(lines)
        metrics = QFontMetricsF(render_style.meta.font)
        if metrics.horizontalAdvance(words) > self.rect.width():
            words = metrics.elidedText(self.language, Qt.TextElideMode.ElideRight, self.rect.width())
        painter.setFont(render_style.meta.font)
        painter.setPen(render_style.colour("muted"))
        painter.drawText(self.rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


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
        wrap = self._one("wrap", tr("Do not wrap") if self.wraps else tr("Wrap"), "wrap", labelled=labelled)
        save = self._one("save_code", tr("Saved") if saved else tr("Save as file"), "check" if saved else "save")
        words, icon, spoken = (tr("Copied"), "check", "") if copied else (tr("Copy"), "copy", tr("Copy the code"))
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
    """Say whether code is one line that the card shows whole, so that there is nothing to wrap."""
    if "\n" in code or len(code) > _SHORT_LINE:
        return False
    return QFontMetricsF(render_style.code.font).horizontalAdvance(code) <= place.width - render_style.px(2 * 16)


def _width(render_style: RenderStyle, buttons: list[tuple[Control, float]]) -> float:
    return sum([width + render_style.px(2) for _, width in buttons])


def _place(
    render_style: RenderStyle, builder: BlockBuilder, buttons: list[tuple[Control, float]], place: Place
) -> float:
    """Put buttons at the right end of the head. Returns where the first one begins."""
    x = left = place.x + place.width - render_style.px(8) - _width(render_style, buttons) + render_style.px(2)
    for control, width in buttons:
        rect = QRectF(x, builder.y + render_style.px(4), width, render_style.px(_BUTTON))
        builder.layout.controls.append(replace(control, rects=(rect,)))
        x += width + render_style.px(2)
    return left
