"""The text of a file whatever its encoding, and how it stands in a message: under its name, in a fence."""

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
"""What a file begins with that says how it is encoded; longer marks before those that they begin with."""
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_COMMON_LEADS = re.compile(rb"[\xa1-\xa3\xb0-\xd7]")
"""The first bytes of Chinese punctuation and of the 3,755 most common characters in GB 2312."""


def decoded(content: bytes) -> str | None:
    """Return the text of a file with line ends as `\\n`; None for what is no text.

    Encodings are told by a mark, else UTF-8 is tried, then GB 18030 where all looks like it, then Windows-1252.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", ""))
    if not mark and b"\0" in content:
        return None
    encodings = [encoding] if mark else ["utf-8", *(["gb18030"] if _looks_chinese(content) else []), "cp1252"]
    for candidate in encodings:
        try:
            text = content[len(mark) :].decode(candidate)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def fenced(name: str, text: str) -> str:
    """Return a file's text under its name, in a fence that nothing in it closes."""
    text = text.rstrip("\n")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{name}\n{fence}\n{text}\n{fence}"


def _looks_chinese(content: bytes) -> bool:
    """Say whether bytes beyond ASCII come in pairs as GB 2312 has them; in European text they mostly stand alone."""
    runs: list[bytes] = _HIGH_BYTES.findall(content[:100_000])
    if any(len(run) % 2 for run in runs[:-1]):
        return False
    leads = [run[place : place + 1] for run in runs for place in range(0, len(run), 2)]
    return 2 * sum(_COMMON_LEADS.match(lead) is not None for lead in leads) > len(leads)
