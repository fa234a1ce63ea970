"""Tells whether the environment sets a proxy for an address, and which variable names an invalid one."""

from __future__ import annotations

import os
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def has_proxy(address: str) -> bool:
    """Return whether an address is reached through a proxy, if proxy settings are used."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    proxies = getproxies()
    return bool({parts.scheme, "all"} & proxies.keys()) and not proxy_bypass(parts.hostname or "")


def variable_at_fault() -> str:
    """Return the environment variable that names a proxy which the HTTP client rejects; empty if there is none."""
    import httpx2  # noqa: PLC0415 -- already loaded

    proxies = getproxies()
    for kind in ("http", "https", "all"):
        address = proxies.get(kind, "")
        try:
            httpx2.Proxy(address if "://" in address else f"http://{address}")
        except (ValueError, httpx2.InvalidURL):
            return _named(f"{kind}_proxy")
    return ""


def _named(variable: str) -> str:
    """Return a variable's name in the case in which it is set; lower case takes precedence."""
    return variable if variable in os.environ or variable.upper() not in os.environ else variable.upper()
