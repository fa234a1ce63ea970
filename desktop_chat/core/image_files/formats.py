"""Recognises images that can be attached by their first bytes: more formats than those shown in messages."""

from __future__ import annotations

import re

from desktop_chat.core.image_files import format_of

_TIFF = (b"II*\0", b"MM\0*")
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
"""Sizes of the header behind a bitmap's own: text may begin with "BM", too."""
_BRANDS = {b"heic": "heic", b"heix": "heic", b"mif1": "heif", b"msf1": "heif", b"avif": "avif", b"avis": "avif"}
_SVG = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<(?:\w{1,20}:)?svg[\s>]", re.DOTALL
)
_SVG_HEAD = 4_096


def attachable_format(content: bytes) -> str:
    """Return an image's format as Qt names it; empty if it is not an image that can be attached."""
    if known := format_of(content):
        return known
    if content.startswith(_TIFF):
        return "tiff"
    if content[:2] == b"BM" and int.from_bytes(content[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "")
    return "svg" if _SVG.match(content[:_SVG_HEAD].removeprefix(b"\xef\xbb\xbf")) else ""
