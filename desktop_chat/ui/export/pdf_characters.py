"""Corrects which characters a PDF says its glyphs are, so that Chinese can be searched and copied.

Qt names the first character that a glyph stands for, and in Chinese fonts those of common words such as U+7528 are also
the glyphs of radicals (U+2F64), which nobody searches for.
"""

from __future__ import annotations

import re
import zlib
from unicodedata import normalize

_REFERENCE = re.compile(rb"/ToUnicode (\d+) 0 R")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) n")
_STREAM = re.compile(rb"(.*?/Length )(\d+)(.*?stream\r?\n)(.*?)(\r?\nendstream.*|endstream.*)", re.DOTALL)
_SIMPLIFIED = dict(
    zip(
        "⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻲⻯⻭⻫⻄⻑⻗⺊⺒⺓⺜⺝⺠⺧⺩⺫⺬⻁",
        "见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙亀竜歯斉西長雨卜巳幺日月民牛王目示虎",
        strict=True,
    )
)
"""Radicals for which Unicode's normal forms name no character, and the words that they look like."""
_RADICAL = re.compile(rb"<(2[EF][0-9A-F]{2})>")


def with_proper_characters(pdf: bytes) -> bytes:
    """Return a PDF that Qt wrote with its tables of characters corrected; unchanged if it is written in another way."""
    start = _START.search(pdf)
    numbers = {int(number) for number in _REFERENCE.findall(pdf)}
    if start is None or not numbers:
        return pdf
    table = int(start[1])
    places = [int(place) for place, _ in _ENTRY.findall(pdf, table)]
    changed = bytearray(pdf[: min(places)])
    moved: dict[int, int] = {}
    ends = dict(zip(sorted(places), [*sorted(places)[1:], table], strict=True))
    for place, end in ends.items():
        moved[place] = len(changed)
        piece = pdf[place:end]
        changed += _corrected(piece) if int(piece.split(b" ", 1)[0]) in numbers else piece
    new_table = len(changed)
    changed += _ENTRY.sub(lambda match: b"%010d %s n" % (moved[int(match[1])], match[2]), pdf[table : start.start()])
    return bytes(changed) + b"startxref\n%d\n%%%%EOF\n" % new_table


def _corrected(piece: bytes) -> bytes:
    """Return the object of a table of characters with radicals replaced by the characters that they look like."""
    match = _STREAM.fullmatch(piece)
    if match is None:
        return piece
    before, size, between, stream, after = match.groups()
    text = stream[: int(size)]
    is_packed = not text.startswith(b"/CIDInit")
    try:
        text = zlib.decompress(text) if is_packed else text
    except zlib.error:
        return piece
    text = _RADICAL.sub(_unified, text)
    text = zlib.compress(text) if is_packed else text
    return b"%s%d%s%s%s" % (before, len(text), between, text, after)


def _unified(match: re.Match[bytes]) -> bytes:
    radical = chr(int(match[1], 16))
    proper = _SIMPLIFIED.get(radical) or normalize("NFKC", radical)
    return b"<%04X>" % ord(proper) if len(proper) == 1 else match[0]
