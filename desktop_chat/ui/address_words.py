"""Shows where an address leads, so that nobody is misled: the host is never hidden, nor written in letters that look
like others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_PLAIN = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The parts of an address as they are shown; all ASCII."""

    scheme: str
    host: str
    rest: str


def address_words(address: str) -> AddressWords:
    """Take an address apart. A name before the host is left out, for it is never sent and may pose as the host."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return AddressWords("", quote(address, safe=_PLAIN), "")
    shown_host = f"[{host}]" if ":" in host else _ascii_host(host)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    shown_port = f":{port}" if port else ""
    return AddressWords(f"{parts.scheme}://", shown_host + shown_port, quote(rest, safe=_PLAIN))


def shown_address(address: str) -> str:
    """Return an address as it is shown where there is room for all of it."""
    words = address_words(address)
    return words.scheme + words.host + ("" if words.rest == "/" else words.rest)


def _ascii_host(host: str) -> str:
    """Return a host as it is asked for: nothing is mapped to letters that only look like it."""
    return ".".join([_ascii_label(label) for label in _DOTS.split(host.lower())])


def _ascii_label(label: str) -> str:
    return quote(label, safe=_PLAIN) if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
