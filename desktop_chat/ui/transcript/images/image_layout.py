"""Lays out an image: the image itself if it is loaded, else a card that says what it is and where it is from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QTextCharFormat

from desktop_chat.markdown.nodes import Image, Span, Style
from desktop_chat.ui.images.image_cache import ImageState, Stage, image_key, is_attachment
from desktop_chat.ui.images.image_decoding import is_at_hand, is_embedded, waits_for_click
from desktop_chat.ui.text.address_text import address_words, shown_address
from desktop_chat.ui.text.attachment_summary import size_text
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_builder import BlockBuilder, Place
from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.blocks.shapes import Form, Shape
from desktop_chat.ui.transcript.blocks.text_box import TextBox, format_range, text_box
from desktop_chat.ui.transcript.images.image_box import ImageBox
from desktop_chat.ui.transcript.render_style import RenderStyle

TALLEST = 480
"""The largest height of an image, in pixels at zoom 1."""
_ICON, _PAD, _GAP, _BUTTON = 20, 14, 12, 30
_NARROW = 360
"""A narrower card has its button below the words."""
_SHORT_ADDRESS = 72


def add_image(builder: BlockBuilder, node: Image, place: Place) -> None:
    """Add an image, or its card."""
    builder.layout.addresses.append(image_key(node.address))
    state = builder.render_style.image_cache.state_of(node.address)
    if state.stage is Stage.READY and state.natural is not None:
        _add_art(builder, node, place, state.natural)
    else:
        _add_card(builder, node, place, state)


def add_asked_images(builder: BlockBuilder, spans: Iterable[Span], place: Place) -> None:
    """Add the requested images of a text below it."""
    for span in spans:
        if not span.style & Style.IMAGE or not span.href:
            continue
        stage = builder.render_style.image_cache.state_of(span.href).stage
        if stage is Stage.UNASKED and not is_attachment(span.href):
            builder.layout.addresses.append(image_key(span.href))
            continue
        builder.y += builder.render_style.px(_GAP)
        add_image(builder, Image(span.href, span.text), place)


def is_loadable(address: str) -> bool:
    """Return whether an image is on the web."""
    return address[:8].lower().startswith(("http://", "https://"))


def can_be_asked_for(address: str, stage: Stage) -> bool:
    """Return whether an image can be requested: on the web, or embedded and too large to be shown at once."""
    if is_embedded(address):
        return stage is Stage.UNASKED and waits_for_click(address)
    return is_loadable(address) and stage in {Stage.UNASKED, Stage.FAILED}


def words_to_ask(address: str, stage: Stage) -> str:
    """Return the label for requesting an image."""
    if is_embedded(address):
        return tr("Show image")
    return tr("Retry") if stage is Stage.FAILED else tr("Load image")


def with_placeholders(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Replace images by words; nothing is loaded."""
    if not any(span.style & Style.IMAGE for span in spans):
        return spans
    return tuple(replace(span, text=_placeholder(span)) if span.style & Style.IMAGE else span for span in spans)


def shown_size(render_style: RenderStyle, natural: QSize, width: int) -> QSizeF:
    """Return the size an image is shown in: never larger than the original, the column, or TALLEST."""
    scale = min(1.0, render_style.zoom, width / natural.width(), render_style.px(TALLEST) / natural.height())
    return QSizeF(max(1, round(natural.width() * scale)), max(1, round(natural.height() * scale)))


def image_name(alternative: str) -> str:
    """Return the name of an image."""
    return tr("Image: {name}", name=alternative) if alternative else tr("Image")


def _placeholder(span: Span) -> str:
    if not span.href or span.text == span.href or is_at_hand(span.href):
        return tr("Image: {name}", name=span.text)
    address = shown_address(span.href)
    if len(address) > _SHORT_ADDRESS:
        host = len(address_words(address).scheme) + len(address_words(address).host)
        kept = max(_SHORT_ADDRESS, host + 16)
        address = address if len(address) <= kept else f"{address[: kept - 16]}…{address[-15:]}"
    return tr("Image: {name} ({address})", name=span.text, address=address)


def _add_art(builder: BlockBuilder, node: Image, place: Place, natural: QSize) -> None:
    rect = QRectF(place.x, builder.y, 0, 0)
    rect.setSize(shown_size(builder.render_style, natural, place.width))
    box = text_box(node.alternative, builder.render_style.text, None)
    box.colour, box.height, box.clip_width = "", round(rect.height()), rect.width()
    art = ImageBox(node.address, node.alternative, rect, box=len(builder.layout.boxes))
    builder.put(box, place.x)
    builder.layout.arts.append(art)
    name = image_name(node.alternative)
    builder.layout.controls.append(Control("image", (rect,), node.address, name))
    builder.y += box.height


def _add_card(builder: BlockBuilder, node: Image, place: Place, state: ImageState) -> None:
    render_style, layout = builder.render_style, builder.layout
    top, pad = builder.y, render_style.px(_PAD)
    button = _button_words(node, state)
    wide = QFontMetricsF(render_style.meta.font).horizontalAdvance(button) + render_style.px(28) if button else 0
    is_narrow = place.width < render_style.px(_NARROW)
    left = place.x + pad + render_style.px(_ICON + _GAP)
    room = place.x + place.width - pad - left - (0 if is_narrow or not wide else wide + render_style.px(_GAP))
    builder.y += pad
    _add_words(builder, node, state, left, max(room, render_style.px(40)))
    if button and is_narrow:
        builder.y += render_style.px(8)
    height = render_style.px(_BUTTON)
    y = builder.y if is_narrow else top + (builder.y + pad - top - height) / 2
    x = left if is_narrow else place.x + place.width - pad - wide
    if button:
        _add_button(builder, node, state, QRectF(x, round(y), wide, height), button, is_narrow=is_narrow)
        builder.y += height if is_narrow else 0
    builder.y += pad
    card = QRectF(place.x, top, place.width, builder.y - top)
    layout.shapes.append(Shape(Form.CARD, card, "code_background", "border"))
    side = render_style.px(_ICON)
    icon = QRectF(place.x + pad, top + pad + round((render_style.text.pitch - side) / 2), side, side)
    sign = "warning" if state.stage is Stage.FAILED else "image"
    layout.arts.append(ImageBox(node.address, node.alternative, icon, sign))


def _add_words(builder: BlockBuilder, node: Image, state: ImageState, left: int, room: float) -> None:
    """Add what it shows, where it is from, and what went wrong."""
    render_style = builder.render_style
    words = text_box(node.alternative, render_style.text, room)
    builder.put(words, left)
    if not node.alternative:
        _label(builder, text_box(tr("Image"), render_style.text, None), left)
    builder.y += words.height
    if node.address and not is_at_hand(node.address):
        line = _address_line(render_style, node.address, room)
        _label(builder, line, left)
        builder.y += line.height
    elif can_be_asked_for(node.address, state.stage):
        size = size_text(len(node.address) * 3 // 4)
        line = text_box(tr("Embedded in this message, {size}", size=size), render_style.meta, room)
        _label(builder, line, left)
        builder.y += line.height
    if state.error is not None:
        told = text_box(sentence(state.error), render_style.meta, room)
        builder.y += render_style.px(2)
        _label(builder, told, left, "danger")
        builder.y += told.height


def _button_words(node: Image, state: ImageState) -> str:
    if can_be_asked_for(node.address, state.stage):
        return words_to_ask(node.address, state.stage)
    is_coming = state.stage is Stage.LOADING or (is_at_hand(node.address) and state.stage is not Stage.FAILED)
    return tr("Loading...") if is_coming else ""


def _add_button(
    builder: BlockBuilder, node: Image, state: ImageState, rect: QRectF, words: str, *, is_narrow: bool
) -> None:
    render_style = builder.render_style
    if can_be_asked_for(node.address, state.stage):
        what = image_name(node.alternative)
        if not is_embedded(node.address):
            what = tr("{image} from {host}", image=what, host=address_words(node.address).host)
        spoken = tr("{name}: {words}", name=words, words=what)
        button = Control("image", (rect,), node.address, words, spoken=spoken, shows_label=True)
        builder.layout.controls.append(button)
        return
    label = text_box(words, render_style.meta, None)
    label.x = rect.left() if is_narrow else rect.right() - label.natural_width
    label.y = rect.top() + round((rect.height() - label.height) / 2)
    label.colour = "muted"
    builder.layout.labels.append(label)


def _label(builder: BlockBuilder, box: TextBox, left: float, colour: str = "muted") -> None:
    box.x, box.y, box.colour = left, builder.y, colour
    builder.layout.labels.append(box)


def _address_line(render_style: RenderStyle, address: str, room: float) -> TextBox:
    """Return the address in one line: the end of the host is always visible, the rest as far as there is room."""
    words = address_words(address)
    metrics = QFontMetricsF(render_style.meta.font)
    host = metrics.elidedText(words.host, Qt.TextElideMode.ElideLeft, room - metrics.horizontalAdvance(words.scheme))
    start = words.scheme + host
    rest = metrics.elidedText(words.rest, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(start) - 2)
    strong = QTextCharFormat()
    strong.setForeground(render_style.colour("text"))
    rest = "" if rest in {"/", "…"} and host != words.host else rest
    return text_box(start + rest, render_style.meta, None, [format_range(len(words.scheme), len(host), strong)])
