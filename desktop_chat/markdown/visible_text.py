"""Shows characters that are invisible or change the direction of text: untrusted words must not pose as others."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters except tab and newline, and those without a shape. Joiners are kept: scripts and emoji need
them."""


def visible(text: str) -> str:
    """Return a text with each hidden character written as in JSON: `\\u202e`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(_escape, text) if _HIDDEN.search(text) else text


def visible_line(text: str) -> str:
    """Return a text on one line, for a name."""
    return " ".join(visible(text).split())


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
