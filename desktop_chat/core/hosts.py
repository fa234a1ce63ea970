"""The host of an address: which one a key belongs to, and whether it is on this computer or on the internet."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

_asked_often = lru_cache(maxsize=256)
"""For each request, and for the same few addresses."""


@_asked_often
def host_of(base_url: str) -> str:
    """Return the scheme, host and port of an address, which a key belongs to; empty if it is not an http(s) address.
    Applying `host_of` to the result returns it unchanged."""
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.hostname:
        return ""
    host = parts.hostname.lower()
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"


def is_loopback(base_url: str) -> bool:
    """Return whether an address is on this computer; such servers are never reached through a proxy."""
    host = _host_name(base_url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name; so is "127.example.com"
        return False


def needs_key(base_url: str) -> bool:
    """Return whether a server is contacted only with a key. A server on this computer or its local network often needs
    none, so it is tried without; it may still refuse."""
    return is_on_internet(base_url)


@_asked_often
def is_on_internet(address: str) -> bool:
    """Return whether an address's host, by name or number, is outside this computer and its local network."""
    from desktop_chat.core.public_hosts import is_public_host  # noqa: PLC0415  (not before the first paint)

    return is_public_host(_host_name(address))


def _host_name(base_url: str) -> str:
    try:
        return (urlsplit(base_url.strip()).hostname or "").lower()
    except ValueError:
        return ""
