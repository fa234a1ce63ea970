"""Decides which addresses in a model's text become links. Everything else stays text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEMES = {"http", "https", "mailto"}
_BARE = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'`\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
)
_ATTACHMENT = re.compile("attachment:[0-9a-f]{64}")
"""An image that is stored with the conversation; see `core/attachments.py`."""
_ENTITY = re.compile(r"&[A-Za-z0-9]{1,31};\Z")
_TRAILING = ".,;:!?*_~'\"”’"


def safe_link(href: str) -> str:
    """Return `href` if it is an http, https or mailto address without control characters, else an empty string."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or any(ord(char) < 32 or 127 <= ord(char) < 160 for char in href):
        return ""
    return href if parts.netloc or (parts.scheme.lower() == "mailto" and parts.path) else ""


def safe_image(address: str) -> str:
    """Return the address of an image if it is a safe link or names an attachment, else an empty string."""
    return address if _ATTACHMENT.fullmatch(address) else safe_link(address)


def bare_links(text: str) -> list[tuple[int, int, str]]:
    """Find addresses written without Markdown. Returns start, end and link of each."""
    if "://" not in text and "www." not in text and "@" not in text:
        return []
    found = []
    for match in _BARE.finditer(text):
        shown = _trimmed(match.group())
        if (href := safe_link(_completed(shown))) and not _joined(text[: match.start()]):
            found.append((match.start(), match.start() + len(shown), href))
    return found


def _joined(before: str) -> bool:
    """Return whether an address would start inside a Latin word; Chinese is written without spaces."""
    return before[-1:].isascii() and before[-1:].isalnum()


def _completed(shown: str) -> str:
    if shown.startswith("www."):
        return f"https://{shown}"
    return shown if "://" in shown else f"mailto:{shown}"


def _trimmed(shown: str) -> str:
    """Remove the punctuation that ends a sentence, and a bracket that was opened before the address."""
    shown = _ENTITY.sub("", shown)
    while shown and (shown[-1] in _TRAILING or (shown[-1] == ")" and shown.count(")") > shown.count("("))):
        shown = shown[:-1]
    return shown
