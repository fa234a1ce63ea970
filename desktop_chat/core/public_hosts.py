"""Decides which hosts are on the internet, for names and for numeric addresses."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from unicodedata import normalize

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All IPv6 space allocated to the internet; the rest is local or reserved
(https://www.iana.org/assignments/ipv6-address-space)."""
_DOCUMENTATION = IPv6Network("3fff::/20")
"""For examples only (RFC 9637); only newer versions of Python know it."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where NAT64 maps the whole IPv4 space (RFC 6052)."""
_TUNNELLED = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
"""The bytes before an IPv4 address embedded in an ISATAP address (RFC 5214)."""
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.88.99.0/24"),  # deprecated 6to4 relays
    IPv4Network("168.63.129.16/32"),  # the metadata service of an Azure virtual machine
)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)\.?", re.IGNORECASE)
"""The last label of a numeric address in any notation; no host name ends like that."""
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_LOCAL_DOMAINS = frozenset(
    {"alt", "arpa", "corp", "dhcp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion"}
    | {"private", "svc"}
)
"""Top-level domains for local networks, or not on the internet (RFC 6761, RFC 6762, and names reserved by ICANN)."""
_ROUTERS = ("easy.box", "fritz.box", "routerlogin.net", "speedport.ip", "tplinkwifi.net")
"""Names that routers resolve to themselves, although their domains are, or could be, on the internet."""


def is_public_host(host: str) -> bool:
    """Return whether a host, without its port, is on the internet, judged by its name or number. Resolves nothing."""
    name = _DOTS.sub(".", normalize("NFKC", host)).lower().strip("[]").removesuffix(".")
    try:
        return is_public_number(name)
    except ValueError:
        labels = name.split(".")
    if len(labels) < 2 or not all(labels) or _NUMERIC.fullmatch(labels[-1]) or "%" in name or ":" in name:
        return False
    return labels[-1] not in _LOCAL_DOMAINS and not any(
        name == router or name.endswith(f".{router}") for router in _ROUTERS
    )


def is_public_number(address: str) -> bool:
    """Return whether a numeric address is a public internet address. Addresses with an interface name are local.
    Raises ValueError for anything that is not an address."""
    if "%" in address:
        return False
    numeric = ip_address(address)
    return _is_public_4(numeric) if isinstance(numeric, IPv4Address) else _is_public_6(numeric)


def _is_public_4(numeric: IPv4Address) -> bool:
    reserved = any(numeric in network for network in _SPECIAL)
    return numeric.is_global and not numeric.is_multicast and not reserved


def _is_public_6(numeric: IPv6Address) -> bool:
    inside = _embedded(numeric)
    if numeric.ipv4_mapped is not None or numeric in _TRANSLATED or numeric.sixtofour or numeric.teredo:
        return all(map(_is_public_4, inside))
    is_allocated = numeric in _GLOBAL_UNICAST and numeric not in _DOCUMENTATION
    return is_allocated and numeric.is_global and all(map(_is_public_4, inside))


def _embedded(numeric: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses embedded in an IPv6 address, which gateways unpack again."""
    if numeric.ipv4_mapped is not None:
        return [numeric.ipv4_mapped]
    if numeric.sixtofour is not None:
        return [numeric.sixtofour]
    if numeric.teredo is not None:
        return list(numeric.teredo)
    if numeric in _TRANSLATED or numeric.packed[8:12] in _TUNNELLED:
        return [IPv4Address(numeric.packed[12:])]
    return []
