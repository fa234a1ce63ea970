"""SVG: keeps what is drawn; drops scripts, filters and links to files, and bounds what is left.

Qt would load images from any file that an SVG names, and draw ten elements that use each other ten times a billion
times.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge
from desktop_chat.core.image_files import pixels_of, sanitised
from desktop_chat.core.image_files.limits import MAX_PIXELS

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_ELEMENTS: Final = 100_000
"""Elements that are drawn, counted each time that one is used."""
MAX_DEPTH: Final = 100
_SVG_NAMES = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_DROPPED = frozenset(
    {"script", "foreignObject", "filter", "animate", "animateColor", "animateMotion", "animateTransform", "set",
     "audio", "video", "iframe", "metadata"}
)  # fmt: skip
_DROPPED_ATTRIBUTES = frozenset({"filter", "stroke-dasharray"})
"""Both take any time: dashes may be shorter than any pixel."""
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"'\s]+)")
_DATA = "data:image/"

register_namespace("", "http://www.w3.org/2000/svg")
register_namespace("xlink", "http://www.w3.org/1999/xlink")


def clean_svg(content: bytes) -> bytes:
    """Return an SVG that is safe to draw. Raises ImageTooLarge, ImageBroken."""
    if len(content) > MAX_BYTES:
        raise ImageTooLarge
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise ImageBroken from error
    if _local(root) != "svg":
        raise ImageBroken
    _clean(root)
    _check_cost(root)
    return tostring(root)


def _clean(root: Element) -> None:
    """Remove what is dangerous, and check how deeply elements are nested."""
    level, pixels = [root], 0
    for _ in range(MAX_DEPTH):
        below: list[Element] = []
        for element in level:
            pixels += _clean_attributes(element)
            for child in list(element):
                if _local(child) in _DROPPED:
                    element.remove(child)
                else:
                    below.append(child)
        if pixels > MAX_PIXELS:
            raise ImageTooLarge
        level = below
        if not level:
            return
    raise ImageBroken


def _clean_attributes(element: Element) -> int:
    """Remove addresses that lead out of the file; return the number of pixels of an image inside it."""
    pixels = 0
    for name in list(element.attrib):
        if name in _HREFS and not element.attrib[name].startswith("#"):
            address = element.attrib.pop(name)
            if _local(element) == "image" and (image := _image_in(address)):
                element.attrib[name] = address
                pixels += pixels_of(image)
        elif name in _DROPPED_ATTRIBUTES or name.lower().startswith("on"):
            del element.attrib[name]
    if "dasharray" in element.get("style", "") or "filter" in element.get("style", ""):
        del element.attrib["style"]
    if _local(element) == "style" and ("dasharray" in (element.text or "") or "filter" in (element.text or "")):
        element.text = ""
    return pixels


def _image_in(address: str) -> bytes:
    """Return the image that an address contains; empty if it is not a whole image of a known format."""
    head, _, data = address.partition(",")
    if not head.lower().startswith(_DATA) or not head.lower().endswith(";base64"):
        return b""
    try:
        image = a2b_base64(data)
        _ = sanitised(image)
    except (Error, ValueError, ImageError):
        return b""
    return image


def _check_cost(root: Element) -> None:
    """Raise ImageTooLarge if too much would be drawn, ImageBroken if something uses itself."""
    by_id = {name: element for element in root.iter() if (name := element.get("id"))}
    costs: dict[Element, int] = {}
    open_ones: set[Element] = set()
    todo = [root]
    while todo:
        element = todo[-1]
        if element in costs:
            todo.pop()
            continue
        needed = [each for each in _drawn_by(element, by_id) if each not in costs]
        if not needed:
            cost = 1 + sum(costs[each] for each in _drawn_by(element, by_id))
            if cost > MAX_ELEMENTS:
                raise ImageTooLarge
            costs[element] = cost
            open_ones.discard(element)
            todo.pop()
        elif element in open_ones:
            raise ImageBroken
        else:
            open_ones.add(element)
            todo += needed


def _drawn_by(element: Element, by_id: dict[str, Element]) -> Iterator[Element]:
    """Yield the elements that are drawn because this one is."""
    yield from element
    for name, value in element.attrib.items():
        named = [value.removeprefix("#")] if name in _HREFS else _REFERENCE.findall(value)
        yield from (used for each in named if (used := by_id.get(each)) is not None and used is not element)


def _local(element: Element) -> str:
    return element.tag.removeprefix(_SVG_NAMES)
