"""Writes values of variables and headers in the form that the keyring takes, and reads them.

The keyring's keys are printable ASCII without spaces and lose a leading "Bearer"; these values may be any text. A
plain one stays as it is behind its mark, so that it is recognised wherever it appears.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

_MARK = "="
_PLAIN = "!#$&()*+,/:;=?@[]{}|^~<>"


def stored_value(value: str) -> str:
    """Return a value as it is stored."""
    return _MARK + quote(value, safe=_PLAIN)


def value_from(stored: str) -> str:
    """Return a stored value as it was."""
    return unquote(stored.removeprefix(_MARK))
