"""Parses the text of a paragraph, heading or cell into styled spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from desktop_chat.markdown.block import Definitions
from desktop_chat.markdown.emphasis import inline_state
from desktop_chat.markdown.nodes import LINE_BREAK, Span, Style
from desktop_chat.markdown.parse_budget import INLINE_BUDGET, inline_cost
from desktop_chat.markdown.parser import parser
from desktop_chat.markdown.sanitize import bare_links, safe_image, safe_link

if TYPE_CHECKING:
    from markdown_it.token import Token

_ATOMIC = Style.IMAGE | Style.MATH | Style.NOTE
"""Styles whose spans are never merged or split."""
_STYLES = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}


def inline_spans(source: str, definitions: Definitions) -> tuple[Span, ...]:
    """Return the spans of normalised Markdown `source`, or the source itself if parsing would take too long."""
    if inline_cost(source) > INLINE_BUDGET:
        return plain_spans(source)
    if not definitions or "[" not in source:
        return _cached_spans(source)
    return _spans(source, {"references": _References(definitions), "notes": definitions})


def plain_spans(source: str) -> tuple[Span, ...]:
    """Return `source` itself, line by line."""
    text = source.strip(" \t\n")
    return (Span(text.replace("\n", LINE_BREAK)),) if text else ()


class _References:
    """Link definitions in the form that the parser expects."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def get(self, label: str, _default: None = None) -> dict[str, str] | None:
        found = self._definitions.get(label)
        return {"href": found[0], "title": found[1]} if found and not label.startswith("^") else None


@lru_cache(maxsize=512)
def _cached_spans(source: str) -> tuple[Span, ...]:
    return _spans(source, {})


def _spans(source: str, environment: dict[str, Any]) -> tuple[Span, ...]:
    md = parser()
    tokens: list[Token] = []
    state = inline_state()(source.strip(" \t\n"), md, environment, tokens)
    md.inline.tokenize(state)
    for rule in md.inline.ruler2.getRules(""):
        rule(state)
    return tuple(_with_bare_links(_merged(_styled(tokens))))


def _styled(tokens: Iterable[Token]) -> Iterator[Span]:
    style = Style.PLAIN
    links: list[str] = []
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if token.type == "link_open":
            links.append(safe_link(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            links.pop()
        elif kind in _STYLES:
            style = style | _STYLES[kind] if edge == "open" else style & ~_STYLES[kind]
        else:
            yield _leaf(token, style, links[-1] if links else "")


def _leaf(token: Token, style: Style, href: str) -> Span:
    if token.type in {"softbreak", "hardbreak"}:
        return Span(LINE_BREAK, style, href)
    if token.type == "code_inline":
        return Span(token.content, style | Style.CODE, href)
    if token.type == "image":
        address = str(token.attrs.get("src", ""))
        return Span(token.content or address, style | Style.IMAGE, safe_image(address))
    if token.type == "math_inline":
        return Span(token.content, style | Style.MATH, href)
    if token.type == "footnote_reference":
        return Span(token.content, style | Style.NOTE, str(token.attrs["href"]))
    return Span(token.content, style, href)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if not span.text:
            continue
        if last is not None and last.style == span.style and last.href == span.href and not span.style & _ATOMIC:
            last = Span(last.text + span.text, last.style, last.href)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _with_bare_links(spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        found = [] if span.href or span.style & (Style.CODE | _ATOMIC) else bare_links(span.text)
        position = 0
        for start, end, href in found:
            if start > position:
                yield Span(span.text[position:start], span.style)
            yield Span(span.text[start:end], span.style, href)
            position = end
        if position < len(span.text) or not found:
            yield Span(span.text[position:], span.style, span.href)
