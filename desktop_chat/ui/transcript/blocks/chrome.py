"""Lays out what stands around a message: its heading, its thoughts' heading, its state, its error, its footer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, text_box
from desktop_chat.ui.transcript.look import Face, Look

_BUTTON = 28
ActionList = Sequence[tuple[str, str]]


def header(look: Look, width: int, name: str, time: str, actions: Sequence[Control]) -> BlockLayout:
    """Who speaks and when, with actions at the right for a message that has no footer."""
    layout = BlockLayout(width)
    top = look.px(24)
    height = look.px(_BUTTON)
    when = _label(look.meta, time, width, "muted")
    _put(layout, when, width - when.natural_width, top, height)
    right = width - when.natural_width - look.px(8)
    left_of_actions = add_actions(look, layout, actions, right, top)
    who = _label(look.meta_strong, name, left_of_actions - look.px(12), "text")
    _put(layout, who, 0, top, height)
    layout.height = top + height + look.px(4)
    return layout


def thinking_heading(look: Look, width: int, words: str, *, unfolded: bool) -> BlockLayout:
    """The line that folds and unfolds the reasoning."""
    layout = BlockLayout(width)
    height = look.px(_BUTTON)
    icon = "chevron-down" if unfolded else "chevron-right"
    wide = QFontMetricsF(look.meta.font).horizontalAdvance(words) + look.px(16 + 4 + 12)
    rect = QRectF(-look.px(6), 0, wide, height)
    layout.controls.append(Control("toggle_reasoning", (rect,), "", words, icon, shows_label=True))
    layout.height = height + look.px(6)
    return layout


def state_line(look: Look, width: int, words: str) -> BlockLayout:
    """How a running reply stands."""
    layout = BlockLayout(width)
    line = _label(look.meta, words, width - look.px(16), "muted")
    height = look.px(26)
    dot = look.px(6)
    middle = look.px(4) + height / 2
    layout.shapes.append(Shape(Form.DISC, QRectF(look.px(1), middle - dot / 2, dot, dot), "accent"))
    _put(layout, line, look.px(16), look.px(4), height)
    layout.height = look.px(4) + height
    return layout


def outcome(look: Look, width: int, message: Message, sentence: str, actions: ActionList) -> BlockLayout:
    """What happened to a reply that did not simply succeed, and what helps: a card when it failed, else a line."""
    if message.status in {Status.FAILED, Status.INTERRUPTED}:
        return _failure_card(look, width, sentence, actions)
    layout = BlockLayout(width)
    top, height = look.px(8), look.px(30)
    layout.controls.append(_sign(look, "info", "muted", 0, top + (height - look.px(18)) / 2))
    words = _label(look.meta, sentence, width - look.px(28), "muted")
    _put(layout, words, look.px(26), top, height)
    left = round(words.x + words.natural_width + look.px(16))
    layout.height = round(_add_buttons(look, layout, actions, left=left, y=top, right=width, primary=False))
    return layout


def _failure_card(look: Look, width: int, sentence: str, actions: ActionList) -> BlockLayout:
    layout = BlockLayout(width)
    pad, top, indent = look.px(16), look.px(10), look.px(16 + 28)
    words = text_box(sentence, look.text, width - pad - indent)
    words.x, words.y = indent, top + look.px(14)
    layout.labels.append(words)
    layout.controls.append(_sign(look, "error", "danger", pad, words.y + (look.text.pitch - look.px(18)) / 2))
    y: float = words.y + words.height
    if actions:
        y = _add_buttons(look, layout, actions, left=indent, y=y + look.px(10), right=width - pad, primary=True)
    bottom = round(y + look.px(14))
    card = QRectF(0, top, width, bottom - top)
    layout.shapes.append(Shape(Form.CARD, card, "danger_soft", "danger_line", radius=12.0))
    layout.height = bottom
    return layout


def _sign(look: Look, icon: str, colour: str, x: float, y: float) -> Control:
    return Control(f"icon:{colour}", (QRectF(x, y, look.px(18), look.px(18)),), icon=icon, enabled=False)


def footer(look: Look, width: int, lines: Sequence[str], actions: Sequence[Control]) -> BlockLayout:
    """The numbers of a reply, as many as there is room for (`lines` say less and less), and its actions."""
    layout = BlockLayout(width)
    top, height = look.px(8), look.px(_BUTTON)
    left = add_actions(look, layout, actions, width, top)
    room, advance = left - look.px(12), QFontMetricsF(look.meta.font).horizontalAdvance
    words = next((line for line in lines if advance(line) <= room), lines[-1] if lines else "")
    _put(layout, _label(look.meta, words, room, "muted"), 0, top, height)
    layout.height = top + height
    return layout


def message_actions(message: Message, alternatives: Sequence[str]) -> list[Control]:
    """What can be done beside a message, from left to right."""
    found: list[Control] = []
    if len(alternatives) > 1 and message.id in alternatives:
        at = alternatives.index(message.id)
        found += [
            Control("previous", (), "", tr("Previous version"), "chevron-left", enabled=at > 0),
            Control("place", (), f"{at + 1}/{len(alternatives)}", enabled=False),
            Control("next", (), "", tr("Next version"), "chevron-right", enabled=at + 1 < len(alternatives)),
        ]
    found.append(Control("copy", (), "", tr("Copy"), "copy", quiet=True))
    if message.role is Role.USER:
        found.append(Control("edit", (), "", tr("Edit"), "edit", quiet=True))
    elif message.role is Role.ASSISTANT:
        found.append(Control("regenerate", (), "", tr("Regenerate"), "regenerate", quiet=True))
    found.append(Control("more", (), "", tr("More"), "more", quiet=True))
    return found


def add_actions(look: Look, layout: BlockLayout, actions: Sequence[Control], right: float, top: float) -> float:
    """Place icon buttons so that the last one ends at `right`. Returns where the first one begins."""
    side = look.px(_BUTTON)
    widths = [
        QFontMetricsF(look.meta.font).horizontalAdvance(action.value) if action.name == "place" else side
        for action in actions
    ]
    x = left = right - sum(widths)
    for action, width in zip(actions, widths, strict=True):
        rect = QRectF(x, top, width, side)
        if action.name == "place":
            _put(layout, _label(look.meta, action.value, width + 1, "muted"), x, top, side)
        else:
            layout.controls.append(
                Control(action.name, (rect,), action.value, action.label, action.icon, quiet=action.quiet,
                        enabled=action.enabled)
            )  # fmt: skip
        x += width
    return left


def _add_buttons(
    look: Look, layout: BlockLayout, actions: ActionList, *, left: float, y: float, right: float, primary: bool
) -> float:
    """Place buttons with words in rows. Returns the y below them."""
    height = look.px(30)
    x = left
    for number, (name, words) in enumerate(actions):
        wide = QFontMetricsF(look.meta.font).horizontalAdvance(words) + look.px(24)
        if x + wide > right and x > left:
            x, y = left, y + height + look.px(8)
        rect = QRectF(x, y, wide, height)
        layout.controls.append(Control(name, (rect,), "", words, shows_label=True, primary=primary and number == 0))
        x += wide + look.px(8)
    return y + height


def _label(face: Face, text: str, width: float, colour: str) -> TextBox:
    elided = QFontMetricsF(face.font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 1.0))
    box = text_box(elided, face, None)
    box.colour = colour
    return box


def _put(layout: BlockLayout, box: TextBox, x: float, top: float, height: float) -> None:
    box.x, box.y = x, top + round((height - box.height) / 2)
    layout.labels.append(box)
