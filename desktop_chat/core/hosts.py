"""Says which hosts are on the internet: one rule for names and for numbers, whoever is about to be asked."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from unicodedata import normalize

_GIVEN_OUT = IPv6Network("2000::/3")
"""All that was ever given out of IPv6 for the internet; what lies outside is a network's own, or means something else
(https://www.iana.org/assignments/ipv6-address-space)."""
_DOCUMENTATION = IPv6Network("3fff::/20")
"""For examples only (RFC 9637); Python learned it later than other such networks."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 put all of it (RFC 6052)."""
_TUNNELLED = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
"""What stands before an IPv4 address inside one of ISATAP (RFC 5214)."""
_NOT_FOR_ALL = (
    IPv4Network("192.0.0.0/24"),  # of protocols, not of computers
    IPv4Network("192.88.99.0/24"),  # relays that nobody runs any more
    IPv4Network("168.63.129.16/32"),  # what a virtual machine of Azure asks about itself
)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)\.?", re.IGNORECASE)
"""The last label of a numeric address, in whatever form it is written; no name ends so."""
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_AT_HOME = frozenset(
    {"alt", "arpa", "corp", "dhcp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion"}
    | {"private", "svc"}
)
"""What ends the names that a network gives its own computers, or that mean none on the internet (RFC 6761, RFC 6762,
and the names that ICANN keeps back for this)."""
_ROUTERS = ("easy.box", "fritz.box", "routerlogin.net", "speedport.ip", "tplinkwifi.net")
"""Names that routers answer for themselves, though their endings are, or could be, on the internet."""


def is_public_host(host: str) -> bool:
    """Say whether a host, without its port, is on the internet by its name or number. It is looked up by nobody."""
    name = _DOTS.sub(".", normalize("NFKC", host)).lower().strip("[]").removesuffix(".")
    try:
        return is_public_number(name)
    except ValueError:
        labels = name.split(".")
    if len(labels) < 2 or not all(labels) or _NUMERIC.fullmatch(labels[-1]) or "%" in name or ":" in name:
        return False
    return labels[-1] not in _AT_HOME and not any(name == router or name.endswith(f".{router}") for router in _ROUTERS)


def is_public_number(address: str) -> bool:
    """Say whether a numeric address belongs to the internet, and to nobody's own network. Raises ValueError for what is
    none; one with the name of an interface is in the network at hand."""
    if "%" in address:
        return False
    numeric = ip_address(address)
    return _is_public_4(numeric) if isinstance(numeric, IPv4Address) else _is_public_6(numeric)


def _is_public_4(numeric: IPv4Address) -> bool:
    reserved = any(numeric in network for network in _NOT_FOR_ALL)
    return numeric.is_global and not numeric.is_multicast and not reserved


def _is_public_6(numeric: IPv6Address) -> bool:
    inside = _embedded(numeric)
    if numeric.ipv4_mapped is not None or numeric in _TRANSLATED or numeric.sixtofour or numeric.teredo:
        return all(map(_is_public_4, inside))
    is_given_out = numeric in _GIVEN_OUT and numeric not in _DOCUMENTATION
    return is_given_out and numeric.is_global and all(map(_is_public_4, inside))


def _embedded(numeric: IPv6Address) -> list[IPv4Address]:
    """Return the older addresses inside one, where a gateway takes them out again."""
    if numeric.ipv4_mapped is not None:
        return [numeric.ipv4_mapped]
    if numeric.sixtofour is not None:
        return [numeric.sixtofour]
    if numeric.teredo is not None:
        return list(numeric.teredo)
    if numeric in _TRANSLATED or numeric.packed[8:12] in _TUNNELLED:
        return [IPv4Address(numeric.packed[12:])]
    return []
