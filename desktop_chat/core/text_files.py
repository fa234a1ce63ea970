"""Decodes text files of any encoding, and formats them for a message: under their name, in a code fence."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; longer ones come before those that are their prefixes."""
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_COMMON_LEADS = re.compile(rb"[\xa1-\xa3\xb0-\xd7]")
"""The first bytes of Chinese punctuation and of the 3,755 most common characters in GB 2312."""


def decoded(content: bytes, *, western: bool = True) -> str | None:
    """Return a file's text with `\\n` line ends; None if it is not text.

    A byte order mark decides the encoding; else UTF-8, GB 18030 (if it looks like it) and, if `western`, Windows-1252
    are tried. The last one takes nearly everything for text.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", ""))
    if not mark and b"\0" in content:
        return None
    guessed = {"gb18030": _looks_chinese(content), "cp1252": western}
    encodings = [encoding] if mark else ["utf-8", *(name for name, is_tried in guessed.items() if is_tried)]
    for candidate in encodings:
        try:
            text = content[len(mark) :].decode(candidate)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def fenced(name: str, text: str) -> str:
    """Return a file's text under its name, in a fence long enough that the text cannot close it."""
    text = text.rstrip("\n")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{name}\n{fence}\n{text}\n{fence}"


def _looks_chinese(content: bytes) -> bool:
    """Return whether bytes beyond ASCII come in pairs as in GB 2312; in European text they are mostly single."""
    runs: list[bytes] = _HIGH_BYTES.findall(content[:100_000])
    if any(len(run) % 2 for run in runs[:-1]):
        return False
    leads = [run[place : place + 1] for run in runs for place in range(0, len(run), 2)]
    return 2 * sum(_COMMON_LEADS.match(lead) is not None for lead in leads) > len(leads)
