"""Reads links that open the application. Any web page may contain one; it can only fill a composer."""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qsl

from desktop_chat.core.open_request import SCHEME, OpenRequest, is_name

MAX_LINK_TEXT = 20_000
"""Characters of a link's text that are used."""
_MAX_LINK = 12 * MAX_LINK_TEXT
"""Characters of a link that are read: one of the text takes up to twelve."""
_MAX_PARAMETERS = 50
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"))
_KEPT = frozenset("\n\t\u200c\u200d")
"""Control and format characters that texts need: those of lines, and the joiners of emoji and of some scripts."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's categories of control and format characters, and of surrogates. They can hide what a text says."""


def parse_link(link: str) -> OpenRequest:
    """Return what a link asks for: `desktop-chat://new?text=...&model=...&connection=...`, each of them optional.

    Links are untrusted. What is unknown or invalid is ignored, and another link than `new` only shows the window.
    """
    action, _, query = link[len(SCHEME) + 1 : _MAX_LINK].partition("#")[0].partition("?")
    if action.strip("/").lower() != "new":
        return OpenRequest()
    try:
        pairs = parse_qsl(query, errors="replace", max_num_fields=_MAX_PARAMETERS)
    except ValueError:  # too many
        pairs = []
    values = dict(reversed(pairs))  # the first of each counts
    text = _visible(values.get("text", ""))
    return OpenRequest(
        prompt=text[:MAX_LINK_TEXT] or None,
        connection=_name(values.get("connection", "")),
        model=_name(values.get("model", "")),
        from_link=True,
        is_cut=len(text) > MAX_LINK_TEXT or len(link) > _MAX_LINK,
    )


def _visible(text: str) -> str:
    """Return a text without characters that nobody can see, with plain line ends."""
    lines = text.replace("\r\n", "\n").translate(_LINE_ENDS)
    kept = (char for char in lines if char in _KEPT or unicodedata.category(char) not in _INVISIBLE)
    return "".join(kept).strip()


def _name(text: str) -> str | None:
    name = text.strip()
    return name if is_name(name) else None
