"""Removes keys from everything that is shown, logged or stored, in all encodings in which they may appear."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from desktop_chat.core.secret_patterns import redact_keys

REDACTED = "[redacted]"
SHORTEST_SECRET = 6
"""Servers without keys are given shorter ones ("none", "x"); removing those would only garble text."""

_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)(\s+|%20)(?!\[redacted\])[^\s\"'<>,;\\]{6,}")
_KEY_SHAPED = re.compile(r"\bsk-[A-Za-z0-9_-]{16,}")
"""Without requiring a digit: in an error, no identifier looks like this."""


def redact(text: str, keys: Iterable[str] = ()) -> str:
    """Return `text` without the known keys, and without anything that looks like an authorization header or a key.

    Truncating a text may cut a key in two, so the beginning of a key at the end of the text is removed, too.
    """
    forms = sorted({form for key in keys for form in _forms(key)}, key=len, reverse=True)
    for form in forms:
        if form in text:
            text = text.replace(form, REDACTED)
    for form in forms:
        text = _without_beginning(text, form)
    text = _AUTHORIZATION.sub(rf"\1\2{REDACTED}", text)
    return redact_keys(_KEY_SHAPED.sub(REDACTED, text), REDACTED)


def _without_beginning(text: str, secret: str) -> str:
    """Remove the longest prefix of `secret` from the end of `text`."""
    at = text.find(secret[:SHORTEST_SECRET], max(0, len(text) - len(secret)))
    while at >= 0:
        if secret.startswith(text[at:]):
            return text[:at] + REDACTED
        at = text.find(secret[:SHORTEST_SECRET], at + 1)
    return text


def _forms(key: str) -> Iterator[str]:
    key = key.strip()
    if len(key) < SHORTEST_SECRET:
        return
    from html import escape  # noqa: PLC0415  (its entity table is not needed without keys)

    yield from (
        key,
        quote(key, "", errors="replace"),
        quote_plus(key, errors="replace"),
        escape(key),
        json.dumps(key)[1:-1],
        repr(key)[1:-1],
    )
    yield from _inside_base64(key.encode("utf-8", "replace"))


def _inside_base64(secret: bytes) -> Iterator[str]:
    """Yield the base64 characters that encode only `secret`, for each alignment inside a longer text."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        first = -(-shift * 8 // 6)
        last = (shift + len(secret)) * 8 // 6
        core = encoded[first:last].decode()
        if len(core) >= SHORTEST_SECRET:
            yield core
            yield core.replace("+", "-").replace("/", "_")
    yield base64.b64encode(secret).decode()
    yield base64.urlsafe_b64encode(secret).decode()
