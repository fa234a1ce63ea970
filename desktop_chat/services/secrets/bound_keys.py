"""Stores each key together with the server it is for, so that a manipulated settings file cannot send it elsewhere.

The stored value is the server, a space, and the key ("https://api.openai.com:443 sk-..."): every keyring has a value,
and neither part can contain a space. Earlier versions stored the key alone.
"""

from __future__ import annotations

import sys

from desktop_chat.core.key_errors import KeyForOtherHost, KeyInvalid, KeyWithoutHost

WINDOWS_LIMIT = 1_280
"""Characters that the Windows Credential Manager accepts: 2,560 bytes of UTF-16."""


def bound(key: str, host: str, platform: str = sys.platform) -> str:
    """Return the value to store for a key and its server, in the form of `core.hosts.host_of`. Raises KeyInvalid
    without a server, or if the value is too long for the system's keyring."""
    if not host or " " in host:
        raise KeyInvalid("no server")
    value = f"{host} {key}"
    if platform == "win32" and len(value.encode("utf-16-le")) > 2 * WINDOWS_LIMIT:
        raise KeyInvalid("too long")
    return value


def parts(value: str) -> tuple[str, str]:
    """Return server and key of a stored value; the server is empty if an earlier version stored the key alone."""
    host, space, key = value.partition(" ")
    return (host, key) if space and host.startswith(("http://", "https://")) else ("", value)


def key_for(value: str, host: str) -> str:
    """Return the key if it is for `host`. Raises KeyWithoutHost, KeyForOtherHost."""
    stored_for, key = parts(value)
    if stored_for == host:
        return key
    raise KeyForOtherHost(stored_for) if stored_for else KeyWithoutHost
