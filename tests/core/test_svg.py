"""Drawings cannot reach other files, and cannot take forever; formats are recognised by content."""

from __future__ import annotations

import pytest

from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge
from desktop_chat.core.image_files import svg
from desktop_chat.core.image_files.formats import attachable_format
from desktop_chat.core.image_files.svg import MAX_BYTES, MAX_DEPTH, clean_svg

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def drawing(content: str) -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names}>{content}</svg>".encode()


def test_what_is_drawn_stays() -> None:
    content = (
        '<defs><circle id="c" r="5" /></defs><use xlink:href="#c" /><text>中文</text>'
        f'<image href="data:image/png;base64,{PIXEL}" />'
    )
    cleaned = clean_svg(drawing(content)).decode("ascii")
    assert content.replace("中文", "&#20013;&#25991;") in cleaned
    assert cleaned.startswith('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink=')


@pytest.mark.parametrize(
    "content",
    [
        '<image href="/etc/secret.png"/>',
        '<image xlink:href="file:///etc/secret.png"/>',
        '<image href="https://secret/a.png"/>',
        '<image href="data:image/svg+xml;base64,secret"/>',
        '<image href="data:image/png,secret"/>',
        '<use href="other.svg#secret"/>',
        "<script>secret</script>",
        '<rect onclick="secret"/>',
        "<foreignObject><secret/></foreignObject>",
        '<filter id="secret"/><rect filter="url(#secret)"/>',
        '<path stroke-dasharray="0.0001 secret"/>',
        '<path style="stroke-dasharray: 0.0001; secret: a"/>',
        "<style>path { stroke-dasharray: 0.0001; secret: a }</style>",
        "<metadata>secret</metadata>",
    ],
)
def test_what_leads_out_or_takes_any_time_is_dropped(content: str) -> None:
    assert b"secret" not in clean_svg(drawing(content))


def lots(use: str) -> str:
    """Groups that each show the one before ten times."""
    groups = "".join(f'<g id="g{n}">{use.format(n - 1) * 10}</g>' for n in range(1, 12))
    return f'<g id="g0"><rect/></g>{groups}'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (drawing(lots('<use href="#g{}"/>')), ImageTooLarge),
        (drawing(lots('<rect fill="url(#g{})"/>')), ImageTooLarge),
        (drawing(lots("<rect style=\"mask: url('#g{}')\"/>")), ImageTooLarge),
        (drawing("<rect/>" * svg.MAX_ELEMENTS), ImageTooLarge),
        (drawing("").ljust(MAX_BYTES + 1), ImageTooLarge),
        (drawing('<g id="a"><use href="#a"/></g>'), ImageBroken),
        (drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), ImageBroken),
        (drawing("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH), ImageBroken),
        (b"<svg", ImageBroken),
        (b"<html/>", ImageBroken),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', ImageBroken),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', ImageBroken),
    ],
)
def test_drawings_are_bounded(content: bytes, kind: type[ImageError]) -> None:
    with pytest.raises(kind):
        clean_svg(content)


def test_images_inside_are_counted_by_their_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "MAX_PIXELS", 2)
    image = f'<image href="data:image/png;base64,{PIXEL}"/>'
    assert clean_svg(drawing(image * 2))
    with pytest.raises(ImageTooLarge):
        clean_svg(drawing(image * 3))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"MM\0*", "tiff"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "bmp"),
        (b"BMW is a company, as anybody knows", ""),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypavif", "avif"),
        (b"\0\0\0\x18ftypmp42", ""),
        (drawing(""), "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC 'a'>\n<svg:svg>", "svg"),
        (b"<p><svg></p>", ""),
        (b"<svgs>", ""),
        (b"text", ""),
        (b"", ""),
    ],
)
def test_images_are_recognised_by_their_content(content: bytes, found: str) -> None:
    assert attachable_format(content) == found


def test_recognising_does_not_try_all_ways_to_read_comments() -> None:
    assert attachable_format(b"<!---->" * 2_000) == ""
