"""Keeps what others wrote from being read as HTML in a tool tip, where it could pose as the program's own words."""

from __future__ import annotations

from html import escape


def plain_tip(words: str) -> str:
    """Return words in the form in which a tool tip shows them letter by letter."""
    return f"<span>{escape(words)}</span>" if "<" in words or "&" in words else words
