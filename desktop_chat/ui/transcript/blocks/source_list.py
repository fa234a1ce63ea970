"""Lays out the sources of a reply below its text: a number, a title, and the host, which no title can pose as."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from desktop_chat.core.entities import Source
from desktop_chat.ui.address_words import address_words, shown_address
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.chrome import label_box, put_box
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.look import Look

TOGGLE = "toggle_sources"
_FOLDED = 4
"""Sources that are shown of a longer list."""
_ROW = 26
_GAP = 12
_HOST_SHARE = 0.5
"""Of a line, at most."""


def source_list(look: Look, width: int, sources: Sequence[Source], *, unfolded: bool) -> BlockLayout:
    """A heading, and a line that leads to each source; of many only the first until it is unfolded."""
    layout = BlockLayout(width)
    y = look.px(10)
    put_box(layout, label_box(look.meta_strong, tr("Sources"), width, "muted"), 0, y, look.px(_ROW))
    y += look.px(_ROW)
    is_long = len(sources) > _FOLDED + 1
    shown = sources if unfolded or not is_long else sources[:_FOLDED]
    indent = look.meta_width(f"{len(sources)}") + look.px(10)
    for number, source in enumerate(shown, 1):
        put_box(layout, label_box(look.meta, f"{number}", indent, "muted"), 0, y, look.px(_ROW))
        end = indent
        for box in _title_and_host(look, source, width - indent):
            put_box(layout, box, end, y, look.px(_ROW))
            end = box.x + box.natural_width + look.px(_GAP)
        layout.controls.append(_link(number, source, QRectF(0, y, end - look.px(_GAP), look.px(_ROW))))
        y += look.px(_ROW)
    if is_long:
        words = tr("Show fewer") if unfolded else tr("Show all %n source(s)", n=len(sources))
        icon = "chevron-up" if unfolded else "chevron-down"
        rect = QRectF(-look.px(6), y, look.meta_width(words) + look.px(16 + 4 + 14), look.px(_ROW))
        layout.controls.append(Control(TOGGLE, (rect,), "", words, icon, shows_label=True))
        y += look.px(_ROW)
    layout.height = y + look.px(2)
    return layout


def _title_and_host(look: Look, source: Source, room: float) -> list[TextBox]:
    """Return the title, and the host behind it; where both are long, the title gives way first."""
    if not source.title:
        return [label_box(look.meta, shown_address(source.url), room, "accent")]
    host = label_box(look.meta, address_words(source.url).host, room * _HOST_SHARE, "muted")
    title = label_box(look.meta, source.title, room - look.px(_GAP) - host.natural_width, "accent")
    return [title, host]


def _link(number: int, source: Source, rect: QRectF) -> Control:
    spoken = tr("Source {number}: {title}", number=number, title=source.title or address_words(source.url).host)
    return Control("link", (rect,), source.url, shown_address(source.url), spoken=spoken)
