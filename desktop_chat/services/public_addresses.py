"""Keeps requests that a model's text asks for away from this computer and its own network."""

from __future__ import annotations

import asyncio
import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from desktop_chat.core.connections import is_on_internet
from desktop_chat.core.picture_errors import AddressForbidden

_ODD_NUMBER = re.compile(r"^\d+\.?$|^(?!\d+\.\d+\.\d+\.\d+\.?$).*\.(0x[0-9a-f]*|\d+)\.?$|^0x")
"""Shorter ways to write a numeric address, which some take for a name."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 put all of it."""


async def public_addresses(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host. Raises AddressForbidden if one of them is not on the internet, and
    OSError for a name that nobody knows."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if not all(is_public(address) for address in addresses):
        raise AddressForbidden
    return addresses


def is_public(address: str) -> bool:
    """Say whether a numeric address belongs to the internet, and to nobody's own network."""
    try:
        numeric = ip_address(address)
    except ValueError:  # one with the name of an interface, and so in the network at hand
        return False
    return all(part.is_global and not part.is_multicast for part in _with_embedded(numeric))


def check_name(address: str) -> None:
    """Refuse what is by its name at home, where a proxy looks up all names. Raises AddressForbidden."""
    if not is_on_internet(address) or _ODD_NUMBER.search(urlsplit(address).hostname or ""):
        raise AddressForbidden


def _with_embedded(numeric: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """Return an address, or the older one inside it where a gateway takes it out again."""
    if not isinstance(numeric, IPv6Address):
        return [numeric]
    inside = numeric.ipv4_mapped or numeric.sixtofour or (numeric.teredo[1] if numeric.teredo else None)
    if inside is None and numeric in _TRANSLATED:
        inside = IPv4Address(int(numeric) & 0xFFFFFFFF)
    return [numeric] if inside is None else [inside]
