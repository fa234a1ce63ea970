"""Validates and normalises the fields of a connection, and describes invalid values."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from PySide6.QtCore import QLocale

from desktop_chat.core.addresses import secret_parameters
from desktop_chat.core.azure import RESOURCE_PLACEHOLDER
from desktop_chat.core.connections import RESERVED_HEADERS
from desktop_chat.core.hosts import host_of, is_loopback
from desktop_chat.core.presets import preset_at
from desktop_chat.core.secret_patterns import credential_headers
from desktop_chat.ui.connections.preset_list import all_presets
from desktop_chat.ui.text.translation import tr

DEFAULT_ADDRESS = "https://api.openai.com/v1"

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def address_problem(address: str) -> str:
    """Return why a normalised address cannot be used; empty if it can."""
    if not address:
        return tr("Enter the server's address.")
    if not host_of(address):
        return tr("This address is not valid. It should look like https://example.com/v1.")
    parts = urlsplit(address)
    if parts.username or parts.password:
        return tr("Remove the user name and password from the address.")
    if names := secret_parameters(address):
        return tr("{name} in the address looks like a key. Enter keys in the API key field.", name=names[0])
    if RESOURCE_PLACEHOLDER in (parts.hostname or "").split("."):
        return tr(
            "Replace {placeholder} in the address with the name of your resource.", placeholder=RESOURCE_PLACEHOLDER
        )
    return ""


def address_warning(address: str) -> str:
    """Return a warning about an address; empty if there is none."""
    if host_of(address).startswith("http://") and not is_loopback(address):
        return tr("Without https, others on the network can read your key and messages.")
    return ""


def key_of(text: str) -> str:
    """Return the key in a pasted text."""
    key = text.strip()
    return key[7:].strip() if key[:7].lower() == "bearer " else key


def headers_of(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Parse lines of `Name: value`. Returns the headers, and why they cannot be used (empty if they can)."""
    headers: list[tuple[str, str]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        problem = _header_problem(name, value) if colon else tr("Write each header as Name: value.")
        if problem:
            return (), problem
        headers.append((name, value))
    return tuple(headers), ""


def headers_text(headers: tuple[tuple[str, str], ...]) -> str:
    """Format headers as `headers_of` parses them."""
    return "\n".join(f"{name}: {value}" for name, value in headers)


def suggested_name(address: str) -> str:
    """Return a name for a connection that the user did not name."""
    preset = preset_at(all_presets(), address)
    if preset is not None:
        return preset.name_in(QLocale().name())
    return urlsplit(address).hostname or "" if host_of(address) else ""


def unused_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, with a number appended if it is taken."""
    known = {other.casefold() for other in taken}
    number, candidate = 1, name
    while candidate.casefold() in known:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def _header_problem(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        return tr("Write each header as Name: value.")
    if credential_headers([(name, value)]):
        return tr(
            "{name} looks like a key. Enter keys in the API key field, because headers are saved as plain text.",
            name=name,
        )
    if name.lower() in RESERVED_HEADERS:
        return tr("{name} is set automatically for each request and cannot be changed.", name=name)
    if not (value.isascii() and value.isprintable()):
        return tr("The value of {name} contains invalid characters.", name=name)
    return ""
