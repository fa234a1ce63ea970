"""Says whether the environment puts a proxy between this computer and an address."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def has_proxy(address: str) -> bool:
    """Say whether an address is reached through a proxy where the environment is heeded."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    proxies = getproxies()
    return bool({parts.scheme, "all"} & proxies.keys()) and not proxy_bypass(parts.hostname or "")
