"""Finds images on lines of their own, including inline data of several megabytes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_chat.markdown.nodes import LINE_BREAK, Image, Span, Style

_DATA = re.compile(r"[ \t]{0,3}\[?!\[([^\]\n]{0,500})\]\([ \t]{0,3}<?(?=data:image/(?:png|jpeg|gif|webp);base64,)")
_DATA_LINE = re.compile(r"(?:(?<=\n)|\A)" + _DATA.pattern)
_LINK_END = re.compile(r"\]\([^()\s]{0,2000}\)")
_NO_DATA = re.compile(r"[^A-Za-z0-9+/=]")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=]{2048,16384}")


def begins_with_image(source: str) -> bool:
    """Return whether a text may consist of images only."""
    return "![" in source[:8]


def has_data(source: str, limit: int) -> bool:
    """Return whether the data of an image may start in the first `limit` characters of a text."""
    return source.find(";base64,", 0, limit) >= 0


def data_start(source: str, limit: int, *, inside_line: bool = False) -> int:
    """Return the start of the first image with data, at the start of a line or anywhere.

    -1 if there is none before `limit`.
    """
    found = (_DATA if inside_line else _DATA_LINE).search(source, 0, limit) if has_data(source, limit) else None
    return found.start() if found else -1


def data_end(source: str) -> int:
    """Return the end of the image whose data `source` starts with; -1 while it is incomplete."""
    found = _DATA.match(source)
    close = source.find(")", found.end()) if found else -1
    return link_end(source, close + 1) if close >= 0 else -1


def link_end(source: str, position: int) -> int:
    """Return the end of the link around an image that ends at `position`; `position` itself without a link."""
    found = _LINK_END.match(source, position)
    return found.end() if found else position


def data_is_open(source: str) -> bool:
    """Return whether `source` starts with an image's data that are still incomplete."""
    found = _DATA.match(source) if begins_with_image(source) else None
    return found is not None and all(source.find(end, found.end()) < 0 for end in ") \n")


def data_in(piece: str) -> int:
    """Return how many of the first characters of `piece` can be data."""
    found = _NO_DATA.search(piece)
    return found.start() if found else len(piece)


def run_end(text: str, start: int) -> int:
    """Return the end of a long run of possible data; -1 if there is none."""
    found = _LONG_RUN.match(text, start)
    return found.end() if found else -1


def data_images(source: str) -> tuple[tuple[Image, ...], str]:
    """Return the images that `source` starts with, and the text after them."""
    found: list[Image] = []
    position = 0
    while (start := _DATA.match(source, position)) and (close := source.find(")", start.end())) >= 0:
        address = source[start.end() : close].partition(" ")[0].rstrip(">")
        found.append(Image(address, start.group(1)))
        position = link_end(source, close + 1)
        position += len(source) - position - len(source[position:].lstrip())
    return tuple(found), source[position:]


def open_data(source: str) -> str:
    """Return what is shown for an image whose data are still being streamed."""
    found = _DATA.match(source)
    return source[: found.end()] + "data:…" if found and data_is_open(source) else ""


def lone_images(spans: Sequence[Span]) -> tuple[Image, ...]:
    """Return the images of a paragraph that contains nothing else; otherwise none."""
    images = [span for span in spans if span.style & Style.IMAGE]
    others = [span for span in spans if not span.style & Style.IMAGE and span.text.replace(LINE_BREAK, " ").strip()]
    if others or not all(span.href.lower().startswith("http") for span in images):
        return ()
    return tuple(Image(span.href, span.text if span.text != span.href else "") for span in images)
