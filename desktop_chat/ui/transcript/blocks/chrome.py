"""Lays out what stands around a message: its heading, its thoughts' heading, its state, its error, its footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, text_box
from desktop_chat.ui.transcript.render_style import Face, RenderStyle

_BUTTON = 28
ActionList = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """What the line above a message says and offers."""

    name: str
    time: str
    versions: tuple[Control, ...]
    actions: tuple[Control, ...] = ()
    """Of a message that has no footer."""
    at_right: bool = False
    """Above a question, whose bubble is at the right."""


def header(render_style: RenderStyle, width: int, heading: Heading) -> BlockLayout:
    """Who speaks and when, with the arrows between versions beside the time."""
    layout = BlockLayout(width)
    top, height, gap = render_style.px(24), render_style.px(_BUTTON), render_style.px(8)
    when = label_box(render_style.meta, heading.time, width, "muted")
    versions = controls_width(render_style, heading.versions)
    room = width - when.natural_width - versions - controls_width(render_style, heading.actions) - 3 * gap
    who = label_box(render_style.meta_strong, heading.name, room, "text")
    if heading.at_right:
        x = width - when.natural_width
        put_box(layout, when, x, top, height)
        x -= gap + who.natural_width
        put_box(layout, who, x, top, height)
        x = add_actions(render_style, layout, heading.versions, x - render_style.px(4), top)
        add_actions(render_style, layout, heading.actions, x, top)
    else:
        put_box(layout, who, 0, top, height)
        x = who.natural_width + gap
        put_box(layout, when, x, top, height)
        add_actions(render_style, layout, heading.versions, x + when.natural_width + render_style.px(4) + versions, top)
        add_actions(render_style, layout, heading.actions, width, top)
    layout.height = top + height + render_style.px(4)
    return layout


def thinking_heading(render_style: RenderStyle, width: int, words: str, *, unfolded: bool) -> BlockLayout:
    """The line that folds and unfolds the reasoning."""
    layout = BlockLayout(width)
    height = render_style.px(_BUTTON)
    icon = "chevron-down" if unfolded else "chevron-right"
    wide = QFontMetricsF(render_style.meta.font).horizontalAdvance(words) + render_style.px(8 + 16 + 4 + 8)
    rect = QRectF(-render_style.px(8), 0, wide, height)
    layout.controls.append(Control("toggle_reasoning", (rect,), "", words, icon, shows_label=True))
    layout.height = height + render_style.px(6)
    return layout


def state_line(render_style: RenderStyle, width: int, words: str) -> BlockLayout:
    """How a running reply stands."""
    layout = BlockLayout(width)
    line = label_box(render_style.meta, words, width - render_style.px(16), "muted")
    height = render_style.px(26)
    dot = render_style.px(6)
    middle = render_style.px(4) + height / 2
    layout.shapes.append(Shape(Form.DISC, QRectF(render_style.px(1), middle - dot / 2, dot, dot), "accent"))
    put_box(layout, line, render_style.px(16), render_style.px(4), height)
    layout.height = render_style.px(4) + height
    return layout


def remark(render_style: RenderStyle, width: int, words: str) -> BlockLayout:
    """A quiet line about how a reply was asked for, in as many lines as it needs."""
    layout = BlockLayout(width)
    top = render_style.px(8)
    box = text_box(words, render_style.meta, width - render_style.px(26))
    box.x, box.y, box.colour = render_style.px(26), top, "muted"
    layout.labels.append(box)
    layout.controls.append(
        _sign(render_style, "info", "muted", 0, top + (render_style.meta.pitch - render_style.px(18)) / 2)
    )
    layout.height = round(top + box.height)
    return layout


def outcome(render_style: RenderStyle, width: int, message: Message, sentence: str, actions: ActionList) -> BlockLayout:
    """What happened to a reply that did not simply succeed, and what helps: a card when it failed, else a line."""
    if message.status in {Status.FAILED, Status.INTERRUPTED}:
        return _failure_card(render_style, width, sentence, actions)
    layout = BlockLayout(width)
    top, height = render_style.px(8), render_style.px(30)
    layout.controls.append(_sign(render_style, "info", "muted", 0, top + (height - render_style.px(18)) / 2))
    words = label_box(render_style.meta, sentence, width - render_style.px(28), "muted")
    put_box(layout, words, render_style.px(26), top, height)
    left = round(words.x + words.natural_width + render_style.px(16))
    layout.height = round(_add_buttons(render_style, layout, actions, left=left, y=top, right=width, primary=False))
    return layout


def _failure_card(render_style: RenderStyle, width: int, sentence: str, actions: ActionList) -> BlockLayout:
    layout = BlockLayout(width)
    pad, top, indent = render_style.px(16), render_style.px(10), render_style.px(16 + 28)
    words = text_box(sentence, render_style.text, width - pad - indent)
    words.x, words.y = indent, top + render_style.px(14)
    layout.labels.append(words)
    layout.controls.append(
        _sign(render_style, "error", "danger", pad, words.y + (render_style.text.pitch - render_style.px(18)) / 2)
    )
    y: float = words.y + words.height
    if actions:
        y = _add_buttons(
            render_style, layout, actions, left=indent, y=y + render_style.px(10), right=width - pad, primary=True
        )
    bottom = round(y + render_style.px(14))
    card = QRectF(0, top, width, bottom - top)
    layout.shapes.append(Shape(Form.CARD, card, "danger_soft", "danger_line", radius=12.0))
    layout.height = bottom
    return layout


def _sign(render_style: RenderStyle, icon: str, colour: str, x: float, y: float) -> Control:
    return Control(
        f"icon:{colour}", (QRectF(x, y, render_style.px(18), render_style.px(18)),), icon=icon, enabled=False
    )


def footer(
    render_style: RenderStyle, width: int, lines: Sequence[str], actions: Sequence[Control], counted: str = ""
) -> BlockLayout:
    """The actions of a reply, and its numbers as many as there is room for (`lines` say less and less). Those are seen
    while the pointer or the keyboard is at the message, or always by a setting; `counted` is their tool tip."""
    layout = BlockLayout(width)
    top, height = render_style.px(8), render_style.px(_BUTTON)
    left = add_actions(render_style, layout, actions, width, top)
    room, advance = left - render_style.px(12), QFontMetricsF(render_style.meta.font).horizontalAdvance
    words = next((line for line in lines if advance(line) <= room), lines[-1] if lines else "")
    put_box(layout, label_box(render_style.meta, words, room, "muted"), 0, top, height)
    if words and counted:
        rect = QRectF(0, top, min(room, advance(words)), height)
        layout.controls.append(Control("numbers", (rect,), label=counted, enabled=False))
    layout.labels_are_quiet = not render_style.shows_timings
    layout.height = top + height
    return layout


def version_controls(message: Message, alternatives: Sequence[str]) -> tuple[Control, ...]:
    """The way from one version of a message to the next; nothing where there is only one."""
    if len(alternatives) < 2 or message.id not in alternatives:
        return ()
    at = alternatives.index(message.id)
    return (
        Control("previous", (), "", tr("Previous version"), "chevron-left", enabled=at > 0),
        Control("place", (), f"{at + 1}/{len(alternatives)}", enabled=False),
        Control("next", (), "", tr("Next version"), "chevron-right", enabled=at + 1 < len(alternatives)),
    )


def message_actions(message: Message) -> list[Control]:
    """What can be done beside a message, from left to right."""
    found = [Control("copy", (), "", tr("Copy"), "copy", quiet=True, spoken=tr("Copy the message"))]
    if message.role is Role.USER:
        found.append(Control("edit", (), "", tr("Edit"), "edit", quiet=True))
    elif message.role is Role.ASSISTANT:
        found.append(Control("regenerate", (), "", tr("Regenerate"), "regenerate", quiet=True))
    found.append(Control("more", (), "", tr("More"), "more", quiet=True))
    return found


def add_actions(
    render_style: RenderStyle, layout: BlockLayout, actions: Sequence[Control], right: float, top: float
) -> float:
    """Place icon buttons so that the last one ends at `right`. Returns where the first one begins."""
    side = render_style.px(_BUTTON)
    x = left = right - controls_width(render_style, actions)
    for action in actions:
        width = _control_width(render_style, action)
        rect = QRectF(x, top, width, side)
        if action.name == "place":
            put_box(layout, label_box(render_style.meta, action.value, width + 1, "muted"), x, top, side)
        else:
            layout.controls.append(replace(action, rects=(rect,)))
        x += width
    return left


def controls_width(render_style: RenderStyle, controls: Sequence[Control]) -> float:
    """Return the pixels that icon buttons take side by side."""
    return sum(_control_width(render_style, control) for control in controls)


def _control_width(render_style: RenderStyle, control: Control) -> float:
    return render_style.meta_width(control.value) if control.name == "place" else render_style.px(_BUTTON)


def _add_buttons(
    render_style: RenderStyle,
    layout: BlockLayout,
    actions: ActionList,
    *,
    left: float,
    y: float,
    right: float,
    primary: bool,
) -> float:
    """Place buttons with words in rows. Returns the y below them."""
    height = render_style.px(30)
    x = left
    for number, (name, words) in enumerate(actions):
        wide = QFontMetricsF(render_style.meta.font).horizontalAdvance(words) + render_style.px(24)
        if x + wide > right and x > left:
            x, y = left, y + height + render_style.px(8)
        rect = QRectF(x, y, wide, height)
        layout.controls.append(Control(name, (rect,), "", words, shows_label=True, primary=primary and number == 0))
        x += wide + render_style.px(8)
    return y + height


def label_box(face: Face, text: str, width: float, colour: str) -> TextBox:
    """Return words on one line of at most a width, cut with dots where they are longer."""
    elided = QFontMetricsF(face.font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 1.0))
    box = text_box(elided, face, None)
    box.colour = colour
    return box


def put_box(layout: BlockLayout, box: TextBox, x: float, top: float, height: float) -> None:
    """Add a label in the middle of a height."""
    box.x, box.y = x, top + round((height - box.height) / 2)
    layout.labels.append(box)
