"""Lays out the sources of a reply below its text: a number, a title, and the host, which no title can pose as."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from desktop_chat.core.entities import Source
from desktop_chat.ui.text.address_text import address_words, shown_address
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.chrome import label_box, put_box
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.render_style import RenderStyle

TOGGLE = "toggle_sources"
_FOLDED = 4
"""Sources that are shown of a longer list."""
_ROW = 26
_GAP = 12
_HOST_SHARE = 0.5
"""Of a line, at most."""


def source_list(render_style: RenderStyle, width: int, sources: Sequence[Source], *, unfolded: bool) -> BlockLayout:
    """A heading, and a line that leads to each source; of many only the first until it is unfolded."""
    layout = BlockLayout(width)
    y = render_style.px(10)
    put_box(layout, label_box(render_style.meta_strong, tr("Sources"), width, "muted"), 0, y, render_style.px(_ROW))
    y += render_style.px(_ROW)
    is_long = len(sources) > _FOLDED + 1
    shown = sources if unfolded or not is_long else sources[:_FOLDED]
    indent = render_style.meta_width(f"{len(sources)}") + render_style.px(10)
    for number, source in enumerate(shown, 1):
        put_box(layout, label_box(render_style.meta, f"{number}", indent, "muted"), 0, y, render_style.px(_ROW))
        end = indent
        for box in _title_and_host(render_style, source, width - indent):
            put_box(layout, box, end, y, render_style.px(_ROW))
            end = box.x + box.natural_width + render_style.px(_GAP)
        layout.controls.append(_link(number, source, QRectF(0, y, end - render_style.px(_GAP), render_style.px(_ROW))))
        y += render_style.px(_ROW)
    if is_long:
        words = tr("Show fewer") if unfolded else tr("Show all %n source(s)", n=len(sources))
        icon = "chevron-up" if unfolded else "chevron-down"
        rect = QRectF(
            -render_style.px(6), y, render_style.meta_width(words) + render_style.px(16 + 4 + 14), render_style.px(_ROW)
        )
        layout.controls.append(Control(TOGGLE, (rect,), "", words, icon, shows_label=True))
        y += render_style.px(_ROW)
    layout.height = y + render_style.px(2)
    return layout


def _title_and_host(render_style: RenderStyle, source: Source, room: float) -> list[TextBox]:
    """Return the title, and the host behind it; where both are long, the title gives way first."""
    if not source.title:
        return [label_box(render_style.meta, shown_address(source.url), room, "accent")]
    host = label_box(render_style.meta, address_words(source.url).host, room * _HOST_SHARE, "muted")
    title = label_box(render_style.meta, source.title, room - render_style.px(_GAP) - host.natural_width, "accent")
    return [title, host]


def _link(number: int, source: Source, rect: QRectF) -> Control:
    spoken = tr("Source {number}: {title}", number=number, title=source.title or address_words(source.url).host)
    return Control("link", (rect,), source.url, shown_address(source.url), spoken=spoken)
