"""Cleans pasted keys, and tracks the keys in memory so that they can be redacted."""

from __future__ import annotations

import re

from desktop_chat.core.key_errors import KeyInvalid

_QUOTES = "\"'`“”‘’"
_SCHEME = re.compile(r"^(?:authorization\s*:\s*)?(?:bearer\s+|bearer$)", re.IGNORECASE)


def clean_key(text: str) -> str:
    """Return a pasted key without surrounding white space, quotes and "Bearer". Raises KeyInvalid.

    A key is sent in an HTTP header, so it must be printable ASCII without spaces.
    """
    key, before = text, None
    while key != before:
        before = key
        key = _SCHEME.sub("", key.strip().strip(_QUOTES).strip())
    if not key:
        raise KeyInvalid("empty")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise KeyInvalid("characters")
    return key


class KnownKeys:
    """The keys in memory, which are redacted from everything that is shown, logged or stored."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def add(self, key: str) -> None:
        """Add a key."""
        if key:
            self._keys[key] = None

    def forget(self, key: str) -> None:
        """Remove a key, if known."""
        self._keys.pop(key, None)

    def all(self) -> tuple[str, ...]:
        """Return the keys."""
        return tuple(self._keys)

    def __repr__(self) -> str:
        return f"KnownKeys({len(self._keys)})"
