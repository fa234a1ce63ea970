"""Keeps external text from being shown as HTML in a tooltip, where it could pose as the application's own."""

from __future__ import annotations


def plain_tooltip(words: str) -> str:
    """Return `words` in a form that a tooltip shows verbatim."""
    if "<" not in words and "&" not in words:
        return words
    from html import escape  # noqa: PLC0415  (its table of entities is not needed before the first paint)

    return f"<span>{escape(words)}</span>"
