"""Says whether the environment puts a proxy between this computer and an address, and which variable names none."""

from __future__ import annotations

import os
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


def variable_at_fault() -> str:
    """Return the environment variable that names a proxy which the HTTP client does not take; empty where none does."""
    import httpx2  # noqa: PLC0415 -- loaded by now: it has just refused one

    proxies = getproxies()
    for kind in ("http", "https", "all"):
        address = proxies.get(kind, "")
        try:
            httpx2.Proxy(address if "://" in address else f"http://{address}")
        except (ValueError, httpx2.InvalidURL):
            return _named(f"{kind}_proxy")
    return ""


def _named(variable: str) -> str:
    """Return a variable's name as it is written: both cases are heeded, the lower one first."""
    return variable if variable in os.environ or variable.upper() not in os.environ else variable.upper()
