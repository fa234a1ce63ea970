"""Lays out the parts of a message around its text: heading, heading of the reasoning, state, error, sources, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop_chat.core.entities import Message, Role, Source, Status
from desktop_chat.ui.text.address_text import address_words, shown_address
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, text_box
from desktop_chat.ui.transcript.render_style import Face, RenderStyle

_BUTTON = 28
TOGGLE_SOURCES = "toggle_sources"
TOGGLE_SUMMARY = "toggle_summary"
_FOLDED = 4
"""How many sources of a longer list are shown."""
_SOURCE_ROW, _SOURCE_GAP = 26, 12
_HOST_SHARE = 0.5
"""The largest share of a line that the host takes."""
ActionList = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """What the line above a message shows."""

    name: str
    time: str
    versions: tuple[Control, ...]
    actions: tuple[Control, ...] = ()
    """For a message without a footer."""
    at_right: bool = False
    """For a question, whose bubble is at the right."""


def header(render_style: RenderStyle, width: int, heading: Heading) -> BlockLayout:
    """Lay out the author, the time, and the arrows between versions."""
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


def reasoning_heading(render_style: RenderStyle, width: int, words: str, *, unfolded: bool) -> BlockLayout:
    """Lay out the line that folds and unfolds the reasoning."""
    return _toggle(render_style, width, "toggle_reasoning", words, unfolded=unfolded)


def summary_heading(render_style: RenderStyle, width: int, *, hides: bool) -> BlockLayout:
    """Lay out the line that folds and unfolds the text of a summary."""
    words = tr("Show summary") if hides else tr("Hide summary")
    return _toggle(render_style, width, TOGGLE_SUMMARY, words, unfolded=not hides)


def _toggle(render_style: RenderStyle, width: int, name: str, words: str, *, unfolded: bool) -> BlockLayout:
    layout = BlockLayout(width)
    height = render_style.px(_BUTTON)
    icon = "chevron-down" if unfolded else "chevron-right"
    wide = QFontMetricsF(render_style.meta.font).horizontalAdvance(words) + render_style.px(8 + 16 + 4 + 8)
    rect = QRectF(-render_style.px(8), 0, wide, height)
    layout.controls.append(Control(name, (rect,), "", words, icon, shows_label=True))
    layout.height = height + render_style.px(6)
    return layout


def state_line(render_style: RenderStyle, width: int, words: str) -> BlockLayout:
    """Lay out the state of a running reply."""
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
    """Lay out a muted remark on how a reply was requested, in as many lines as it needs."""
    layout = BlockLayout(width)
    top = render_style.px(8)
    box = text_box(words, render_style.meta, width - render_style.px(26))
    box.x, box.y, box.colour = render_style.px(26), top, "muted"
    layout.labels.append(box)
    layout.controls.append(
        sign(render_style, "info", "muted", 0, top + (render_style.meta.pitch - render_style.px(18)) / 2)
    )
    layout.height = round(top + box.height)
    return layout


def outcome(render_style: RenderStyle, width: int, message: Message, sentence: str, actions: ActionList) -> BlockLayout:
    """Lay out what happened to a reply that did not simply succeed, with remedies: a card if it failed, else a line."""
    if message.status in {Status.FAILED, Status.INTERRUPTED}:
        return _failure_card(render_style, width, sentence, actions)
    layout = BlockLayout(width)
    top, height = render_style.px(8), render_style.px(30)
    layout.controls.append(sign(render_style, "info", "muted", 0, top + (height - render_style.px(18)) / 2))
    words = label_box(render_style.meta, sentence, width - render_style.px(28), "muted")
    put_box(layout, words, render_style.px(26), top, height)
    left: float = round(words.x + words.natural_width + render_style.px(16))
    y = top
    rects, bottom = button_rects(render_style, [label for _, label in actions], left=left, y=y, right=width)
    if rects and (rects[0].right() > width or bottom > top + height):  # no room beside the sentence
        left, y = words.x, top + height + render_style.px(4)
    layout.height = round(_add_buttons(render_style, layout, actions, left=left, y=y, right=width, primary=False))
    return layout


def _failure_card(render_style: RenderStyle, width: int, sentence: str, actions: ActionList) -> BlockLayout:
    layout = BlockLayout(width)
    pad, top, indent = render_style.px(16), render_style.px(10), render_style.px(16 + 28)
    words = text_box(sentence, render_style.text, width - pad - indent)
    words.x, words.y = indent, top + render_style.px(14)
    layout.labels.append(words)
    layout.controls.append(
        sign(render_style, "error", "danger", pad, words.y + (render_style.text.pitch - render_style.px(18)) / 2)
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


def sign(render_style: RenderStyle, icon: str, colour: str, x: float, y: float) -> Control:
    """Return an icon that cannot be pressed."""
    return Control(
        f"icon:{colour}", (QRectF(x, y, render_style.px(18), render_style.px(18)),), icon=icon, enabled=False
    )


def footer(
    render_style: RenderStyle, width: int, lines: Sequence[str], actions: Sequence[Control], counted: str = ""
) -> BlockLayout:
    """Lay out the actions of a reply, and the longest of `lines` that there is room for.

    Those numbers are shown while the pointer or the keyboard is at the message, or always by a setting; `counted` is
    their tooltip.
    """
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
    """Return the controls that go from one version of a message to the next; none if there is only one."""
    if len(alternatives) < 2 or message.id not in alternatives:
        return ()
    at = alternatives.index(message.id)
    return (
        Control("previous", (), "", tr("Previous version"), "chevron-left", enabled=at > 0),
        Control("place", (), f"{at + 1}/{len(alternatives)}", enabled=False),
        Control("next", (), "", tr("Next version"), "chevron-right", enabled=at + 1 < len(alternatives)),
    )


def message_actions(message: Message) -> list[Control]:
    """Return the actions of a message, from left to right."""
    found = [Control("copy", (), "", tr("Copy"), "copy", quiet=True, spoken=tr("Copy message"))]
    if message.role is Role.USER:
        found.append(Control("edit", (), "", tr("Edit"), "edit", quiet=True))
    elif message.role is Role.ASSISTANT:
        found.append(Control("regenerate", (), "", tr("Regenerate"), "regenerate", quiet=True))
    found.append(Control("more", (), "", tr("More"), "more", quiet=True))
    return found


def add_actions(
    render_style: RenderStyle, layout: BlockLayout, actions: Sequence[Control], right: float, top: float
) -> float:
    """Place icon buttons so that the last one ends at `right`. Returns the left edge of the first one."""
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
    """Return the width of icon buttons side by side."""
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
    rects, bottom = button_rects(render_style, [words for _, words in actions], left=left, y=y, right=right)
    for number, ((name, words), rect) in enumerate(zip(actions, rects, strict=True)):
        layout.controls.append(Control(name, (rect,), "", words, shows_label=True, primary=primary and number == 0))
    return bottom


def button_rects(
    render_style: RenderStyle, labels: Sequence[str], *, left: float, y: float, right: float
) -> tuple[list[QRectF], float]:
    """Return where buttons with these words go, in rows, and the y below them."""
    height = render_style.px(30)
    x = left
    rects = []
    for words in labels:
        wide = QFontMetricsF(render_style.meta.font).horizontalAdvance(words) + render_style.px(24)
        if x + wide > right and x > left:
            x, y = left, y + height + render_style.px(8)
        rects.append(QRectF(x, y, wide, height))
        x += wide + render_style.px(8)
    return rects, y + height


def label_box(face: Face, text: str, width: float, colour: str) -> TextBox:
    """Return words on one line, elided to a width."""
    elided = QFontMetricsF(face.font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 1.0))
    box = text_box(elided, face, None)
    box.colour = colour
    return box


def put_box(layout: BlockLayout, box: TextBox, x: float, top: float, height: float) -> None:
    """Add a label, vertically centred in a height."""
    box.x, box.y = x, top + round((height - box.height) / 2)
    layout.labels.append(box)


def source_list(render_style: RenderStyle, width: int, sources: Sequence[Source], *, unfolded: bool) -> BlockLayout:
    """Lay out a heading and a link to each source; of many, only the first ones until unfolded."""
    layout = BlockLayout(width)
    y = render_style.px(10)
    put_box(
        layout, label_box(render_style.meta_strong, tr("Sources"), width, "muted"), 0, y, render_style.px(_SOURCE_ROW)
    )
    y += render_style.px(_SOURCE_ROW)
    is_long = len(sources) > _FOLDED + 1
    shown = sources if unfolded or not is_long else sources[:_FOLDED]
    indent = render_style.meta_width(f"{len(sources)}") + render_style.px(10)
    for number, source in enumerate(shown, 1):
        put_box(layout, label_box(render_style.meta, f"{number}", indent, "muted"), 0, y, render_style.px(_SOURCE_ROW))
        end = indent
        for box in _title_and_host(render_style, source, width - indent):
            put_box(layout, box, end, y, render_style.px(_SOURCE_ROW))
            end = box.x + box.natural_width + render_style.px(_SOURCE_GAP)
        layout.controls.append(
            _source_link(number, source, QRectF(0, y, end - render_style.px(_SOURCE_GAP), render_style.px(_SOURCE_ROW)))
        )
        y += render_style.px(_SOURCE_ROW)
    if is_long:
        words = tr("Show fewer") if unfolded else tr("Show all %n source(s)", n=len(sources))
        icon = "chevron-up" if unfolded else "chevron-down"
        rect = QRectF(
            -render_style.px(6),
            y,
            render_style.meta_width(words) + render_style.px(16 + 4 + 14),
            render_style.px(_SOURCE_ROW),
        )
        layout.controls.append(Control(TOGGLE_SOURCES, (rect,), "", words, icon, shows_label=True))
        y += render_style.px(_SOURCE_ROW)
    layout.height = y + render_style.px(2)
    return layout


def _title_and_host(render_style: RenderStyle, source: Source, room: float) -> list[TextBox]:
    """Return the title, and after it the host, which no title can imitate; if both are long, the title is cut first."""
    if not source.title:
        return [label_box(render_style.meta, shown_address(source.url), room, "link")]
    host = label_box(render_style.meta, address_words(source.url).host, room * _HOST_SHARE, "muted")
    title = label_box(render_style.meta, source.title, room - render_style.px(_SOURCE_GAP) - host.natural_width, "link")
    return [title, host]


def _source_link(number: int, source: Source, rect: QRectF) -> Control:
    spoken = tr("Source {number}: {title}", number=number, title=source.title or address_words(source.url).host)
    return Control("link", (rect,), source.url, shown_address(source.url), spoken=spoken)
