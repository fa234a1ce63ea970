"""Keeps requests triggered by a model's text away from this computer and its local network."""

from __future__ import annotations

import asyncio
import socket

from desktop_chat.core.connections import is_on_internet
from desktop_chat.core.hosts import is_public_number
from desktop_chat.core.image_errors import AddressForbidden


async def public_addresses(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host. Raises AddressForbidden if one of them is not on the internet, and
    OSError for an unknown name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if not all(map(is_public_number, addresses)):
        raise AddressForbidden
    return addresses


def check_name(address: str) -> None:
    """Raise AddressForbidden for a local name or number; for proxies, which resolve names themselves."""
    if not is_on_internet(address):
        raise AddressForbidden
