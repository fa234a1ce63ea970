"""Keeps what others wrote from being read as HTML in a tool tip, where it could pose as the program's own words."""

from __future__ import annotations


def plain_tool_tip(words: str) -> str:
    """Return words in the form in which a tool tip shows them letter by letter."""
    if "<" not in words and "&" not in words:
        return words
    from html import escape  # noqa: PLC0415  (its table of entities is not needed before the first paint)

    return f"<span>{escape(words)}</span>"
