"""Turns a fetched page into text for a model, bounded in length."""

from __future__ import annotations

MAX_TEXT = 400_000
"""Characters of a page's text; more would not fit into a model's context."""


def page_text(text: str, address: str, *, is_html: bool) -> str:
    """Return a page's text under its address; blocks for up to a second."""
    words = _markdown_of(text) if is_html else text
    cut = f"\n\n[{len(words) - MAX_TEXT:,} more characters were left out.]" if len(words) > MAX_TEXT else ""
    return f"{address}\n\n{words[:MAX_TEXT].strip()}{cut}"


def _markdown_of(html: str) -> str:
    from desktop_chat.markdown.html_markdown import markdown_of_html  # noqa: PLC0415  (imports a parser)

    return markdown_of_html(html)
