"""Lays out attachments: images as thumbnails, documents as chips, in rows above a question or inside a card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, QSize

from desktop_chat.core.attachments import ADDRESS, Attachment, AttachmentKind
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.ui.images.image_cache import ImageCache, Stage
from desktop_chat.ui.text.attachment_summary import size_text
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout, Control
from desktop_chat.ui.transcript.blocks.message_parts import label_box, put_box, sign
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.images.image_box import ImageBox
from desktop_chat.ui.transcript.images.image_layout import image_name
from desktop_chat.ui.transcript.render_style import RenderStyle

OPEN_DOCUMENT = "open_document"
_HIGH, _LARGE = 104, 200
"""The height of thumbnails, and of a single one, in pixels at zoom 1."""
_NARROWEST, _WIDEST = 64, 260
_CHIP, _CHIP_WIDTH = 52, 240
_GAP = 8


def attachment_name(attachment: Attachment) -> str:
    """Return an attachment's name, safe to show."""
    return visible_line(attachment.name[:200]) or tr("Attachment")


def document_details(attachment: Attachment) -> str:
    """Return what a document is, in a few words: its kind, its size, its pages."""
    ending = attachment.name.rpartition(".")[2] if "." in attachment.name else ""
    parts = [visible_line(ending[:8]).upper(), size_text(attachment.size)]
    if attachment.pages:
        parts.append(tr("%n page(s)", n=attachment.pages))
    return " · ".join(filter(None, parts))


def note_sizes(image_cache: ImageCache, attachments: Iterable[Attachment]) -> None:
    """Have room kept for attached images before they are decoded."""
    for one in attachments:
        if one.kind is AttachmentKind.IMAGE:
            image_cache.note_size(ADDRESS + one.sha256, QSize(one.width, one.height))


def attachment_rows(render_style: RenderStyle, width: int, attachments: Sequence[Attachment]) -> BlockLayout:
    """Lay out the attachments of a question, at the right like its bubble; images come first."""
    layout = BlockLayout(width)
    layout.height = _place(render_style, layout, attachments, left=0, right=width, top=0, at_right=True)
    layout.height += render_style.px(_GAP)
    return layout


def image_row(render_style: RenderStyle, width: int, images: Sequence[Attachment], edge: str) -> BlockLayout:
    """Lay out the images of a tool's answer inside its card."""
    layout = BlockLayout(width)
    pad = render_style.px(16)
    bottom = _place(render_style, layout, images, left=pad, right=width - pad, top=render_style.px(10), at_right=False)
    layout.height = bottom
    ground = Shape(Form.CARD_MIDDLE, QRectF(0, 0, width, bottom), "background", edge, radius=12.0)
    layout.shapes.insert(0, ground)
    return layout


def _place(
    render_style: RenderStyle,
    layout: BlockLayout,
    attachments: Sequence[Attachment],
    *,
    left: int,
    right: int,
    top: int,
    at_right: bool,
) -> int:
    """Place all of them in rows. Returns the y below."""
    images = [one for one in attachments if one.kind is AttachmentKind.IMAGE]
    documents = [one for one in attachments if one.kind is not AttachmentKind.IMAGE]
    gap, y = render_style.px(_GAP), top
    room = right - left
    high = render_style.px(_LARGE if len(images) == 1 else _HIGH)
    sizes = [(one, _width(render_style, one, min(room, render_style.px(_WIDEST)), high), high) for one in images]
    chip = min(room, render_style.px(_CHIP_WIDTH))
    sizes += [(one, chip, render_style.px(_CHIP)) for one in documents]
    row: list[tuple[Attachment, int, int]] = []
    used = 0
    for one in sizes:
        if row and (used + gap + one[1] > room or row[0][2] != one[2]):
            y = _place_row(render_style, layout, row, right - used if at_right else left, y)
            row, used = [], 0
        used += one[1] + (gap if row else 0)
        row.append(one)
    return _place_row(render_style, layout, row, right - used if at_right else left, y) - gap if row else y


def _place_row(
    render_style: RenderStyle, layout: BlockLayout, row: Sequence[tuple[Attachment, int, int]], x: int, y: int
) -> int:
    for attachment, width, height in row:
        rect = QRectF(x, y, width, height)
        if attachment.kind is AttachmentKind.IMAGE:
            _add_thumbnail(render_style, layout, attachment, rect)
        else:
            _add_chip(render_style, layout, attachment, rect)
        x += width + render_style.px(_GAP)
    return y + row[0][2] + render_style.px(_GAP)


def _width(render_style: RenderStyle, image: Attachment, most: int, height: int) -> int:
    """Return the width of a thumbnail: that of the image, unless it is very wide or very narrow."""
    wanted = height * image.width / image.height if image.width > 0 and image.height > 0 else height
    return round(min(most, max(render_style.px(_NARROWEST), wanted)))


def _add_thumbnail(render_style: RenderStyle, layout: BlockLayout, image: Attachment, rect: QRectF) -> None:
    address, name = ADDRESS + image.sha256, attachment_name(image)
    layout.addresses.append(address)
    layout.arts.append(ImageBox(address, name, rect, is_thumbnail=True))
    label, state = image_name(name), render_style.image_cache.state_of(address)
    if state.stage is Stage.FAILED and state.error is not None:
        label = tr("{name}: {words}", name=label, words=sentence(state.error))
    layout.controls.append(Control("image", (rect,), address, label))


def _add_chip(render_style: RenderStyle, layout: BlockLayout, document: Attachment, rect: QRectF) -> None:
    px = render_style.px
    name, details = attachment_name(document), document_details(document)
    layout.shapes.append(Shape(Form.CARD, rect, "background", "border", radius=10.0))
    layout.controls.append(sign(render_style, "document", "muted", rect.left() + px(12), rect.center().y() - px(9)))
    left, half = rect.left() + px(12 + 18 + 10), px(20)
    room = rect.right() - px(12) - left
    put_box(layout, label_box(render_style.meta_strong, name, room, "text"), left, rect.top() + px(6), half)
    put_box(layout, label_box(render_style.meta, details, room, "muted"), left, rect.top() + px(6) + half, half)
    spoken = tr("Document: {name}, {details}", name=name, details=details)
    layout.controls.append(Control(OPEN_DOCUMENT, (rect,), document.sha256, name, is_area=True, spoken=spoken))
