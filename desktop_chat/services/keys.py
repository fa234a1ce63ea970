"""What a key may look like, and which keys are in memory, to be taken out of whatever is shown or logged."""

from __future__ import annotations

import re

from desktop_chat.core.errors import KeyInvalid

_QUOTES = "\"'`“”‘’"
_SCHEME = re.compile(r"^(?:authorization\s*:\s*)?(?:bearer\s+|bearer$)", re.IGNORECASE)


def clean_key(text: str) -> str:
    """Return a pasted key without what came along: white space, quotes, "Bearer". Raises KeyInvalid.

    A key goes into an HTTP header, so it is printable ASCII without a space.
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
    """The keys in memory. Whatever is shown, logged or stored is cleared of them."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def add(self, key: str) -> None:
        """Remember a key from now on."""
        if key:
            self._keys[key] = None

    def forget(self, key: str) -> None:
        """Forget a key; unknown ones are no error."""
        self._keys.pop(key, None)

    def all(self) -> tuple[str, ...]:
        """Return the keys."""
        return tuple(self._keys)

    def __repr__(self) -> str:
        return f"KnownKeys({len(self._keys)})"
