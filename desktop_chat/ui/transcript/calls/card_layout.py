"""Lays out the rows of a tool call's card: its head, the request for approval, titles, buttons, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.message_parts import button_rects, label_box, put_box, sign
from desktop_chat.ui.transcript.blocks.shapes import CARD_FORMS, Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import text_box
from desktop_chat.ui.transcript.calls.plain_lines import PAD
from desktop_chat.ui.transcript.render_style import RenderStyle

TOGGLE, DESCRIBE, SHOW_ALL, COPY_RESULT = "toggle_card", "describe_tool", "show_all_lines", "copy_result"
ALLOW_ONCE, ALLOW_HERE, ALLOW_ALWAYS, REFUSE = "allow_once", "allow_here", "allow_always", "refuse_call"
_HEAD, _MARGIN, _GAP = 38, 8, 8
_ROW = 28


@dataclass(frozen=True, slots=True)
class Head:
    """What the first line of a card shows."""

    call_id: str
    name: str
    server: str
    summary: str
    state: str
    icon: str
    colour: str
    edge: str
    unfolded: bool


def head_row(render_style: RenderStyle, width: int, head: Head) -> BlockLayout:
    """Lay out the line that folds and unfolds a card."""
    layout = BlockLayout(width)
    px = render_style.px
    top, height = px(_MARGIN), px(_HEAD)
    rect = QRectF(0, top, width, height)
    layout.shapes.append(Shape(CARD_FORMS[True, not head.unfolded], rect, "background", head.edge, radius=12.0))
    middle = top + (height - px(18)) / 2
    layout.controls.append(
        sign(render_style, "chevron-down" if head.unfolded else "chevron-right", "muted", px(10), middle)
    )
    state = label_box(render_style.meta, head.state, width / 2, head.colour if head.colour == "danger" else "muted")
    right = width - px(14) - state.natural_width
    put_box(layout, state, right, top, height)
    right -= px(18 + 6)
    layout.controls.append(sign(render_style, head.icon, head.colour, right, middle))
    x: float = px(10 + 18 + 6)
    for words, face, colour in (
        (head.name, render_style.meta_strong, "text"),
        (head.server, render_style.meta, "muted"),
        ("" if head.unfolded else head.summary, render_style.meta, "muted"),
    ):
        room = right - x - px(12)
        if words and room > px(24):
            box = label_box(face, words, room, colour)
            put_box(layout, box, x, top, height)
            x += box.natural_width + px(10)
    where = tr("{tool}, {server}", tool=head.name, server=head.server) if head.server else head.name
    spoken = tr("Tool call: {tool}. {state}", tool=where, state=head.state)
    words = tr("Hide details") if head.unfolded else tr("Show details")
    layout.controls.append(Control(TOGGLE, (rect,), head.call_id, words, is_area=True, spoken=spoken))
    layout.height = top + height + (0 if head.unfolded else px(_MARGIN))
    return layout


def request_row(
    render_style: RenderStyle, width: int, edge: str, call_id: str, *, words: str, description: str | None
) -> BlockLayout:
    """Lay out what the model asks for; `description` is shown if it is not empty, and can be asked for if not None."""
    layout = BlockLayout(width)
    px = render_style.px
    pad = px(PAD)
    box = text_box(words, render_style.text, width - 2 * pad)
    box.x, box.y = pad, px(2)
    layout.labels.append(box)
    y = box.y + box.height
    if description is not None:
        toggle = tr("Hide description") if description else tr("Show description")
        icon = "chevron-up" if description else "chevron-down"
        rect = QRectF(pad - px(8), y, render_style.meta_width(toggle) + px(16 + 4 + 16), px(_ROW))
        layout.controls.append(Control(DESCRIBE, (rect,), call_id, toggle, icon, shows_label=True))
        y += px(_ROW)
    if description:
        told = text_box(description, render_style.meta, width - 2 * pad)
        told.x, told.y, told.colour = pad, y, "muted"
        layout.labels.append(told)
        y += told.height
    layout.height = round(y + px(_GAP))
    _add_ground(layout, edge)
    return layout


def title_row(
    render_style: RenderStyle, width: int, edge: str, copy_id: str, *, title: str, note: str, copied: bool
) -> BlockLayout:
    """Lay out the title of a part, what is said about it, and a button to copy it."""
    layout = BlockLayout(width)
    px = render_style.px
    top, height = px(_GAP), px(_ROW)
    layout.shapes.append(Shape(Form.FILL, QRectF(px(PAD), top, width - 2 * px(PAD), 1), "border"))
    name = label_box(render_style.meta_strong, title, width / 2, "muted")
    put_box(layout, name, px(PAD), top + px(2), height)
    x = px(PAD) + name.natural_width + px(_GAP)
    button = QRectF(width - px(PAD) - px(20), top + px(2), px(_ROW), height)
    put_box(layout, label_box(render_style.meta, note, button.left() - x - px(_GAP), "muted"), x, top + px(2), height)
    words, icon = (tr("Copied"), "check") if copied else (tr("Copy result"), "copy")
    layout.controls.append(Control(COPY_RESULT, (button,), copy_id, words, icon))
    layout.height = top + px(2) + height
    _add_ground(layout, edge)
    return layout


def more_row(
    render_style: RenderStyle, width: int, edge: str, value: str, *, words: str, unfolded: bool
) -> BlockLayout:
    """Lay out the button that shows all lines of a part, or only the first ones."""
    layout = BlockLayout(width)
    px = render_style.px
    rect = QRectF(px(PAD - 8), px(2), render_style.meta_width(words) + px(16 + 4 + 16), px(_ROW))
    icon = "chevron-up" if unfolded else "chevron-down"
    layout.controls.append(Control(SHOW_ALL, (rect,), value, words, icon, shows_label=True))
    layout.height = px(2 + _ROW)
    _add_ground(layout, edge)
    return layout


def end_row(
    render_style: RenderStyle, width: int, edge: str, call_id: str, *, name: str, buttons: Sequence[tuple[str, str]]
) -> BlockLayout:
    """Lay out the buttons of a call that waits for approval, if any, and the end of the card."""
    layout = BlockLayout(width)
    px = render_style.px
    y: float = 0
    if buttons:
        words = [label for _, label in buttons]
        rects, y = button_rects(render_style, words, left=px(PAD), y=px(12), right=width - px(PAD))
        for number, ((action, label), rect) in enumerate(zip(buttons, rects, strict=True)):
            spoken = tr("{name}: {words}", name=label, words=name)
            layout.controls.append(
                Control(action, (rect,), call_id, label, shows_label=True, primary=not number, spoken=spoken)
            )
    bottom = round(y + px(12))
    layout.shapes.append(Shape(Form.CARD_BOTTOM, QRectF(0, 0, width, bottom), "background", edge, radius=12.0))
    layout.height = bottom + px(_MARGIN)
    return layout


def approval_buttons() -> tuple[tuple[str, str], ...]:
    """Return what can be decided about a call, as names and labels."""
    return (
        (ALLOW_ONCE, tr("Allow once")),
        (ALLOW_HERE, tr("Allow in this conversation")),
        (ALLOW_ALWAYS, tr("Always allow")),
        (REFUSE, tr("Refuse...")),
    )


def _add_ground(layout: BlockLayout, edge: str) -> None:
    rect = QRectF(0, 0, layout.width, layout.height)
    layout.shapes.insert(0, Shape(Form.CARD_MIDDLE, rect, "background", edge, radius=12.0))
