"""Extracts text from copied HTML: lines, lists and links, without styling.

Linear in the length for any HTML: Qt's parser took 20 s for 100 KB of nested `div`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

_SPACE = re.compile(r"[ \t\r\n\f]+")
_NAME = re.compile(r"/?[a-zA-Z][^\s/>]*")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>()\\]+", re.IGNORECASE)
_UNSAFE_WORDS = re.compile(r"[\[\]\\\n]")
_INVISIBLE = frozenset({"script", "style", "title", "template", "noscript"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table", "dl", "hr"})
_LINES = frozenset(
    {"div", "tr", "dt", "dd", "li", "section", "article", "header", "footer", "main", "nav", "aside", "form", "figure",
     "figcaption", "address", "caption"}
)  # fmt: skip
_LISTS = frozenset({"ul", "ol", "menu"})
_CELLS = frozenset({"td", "th"})
_TAG_LIMIT: Final = 8_000
"""Characters of a tag that are searched for its address."""
_QUOTED_ENDS: Final = 8
"""Maximum number of ">" inside a tag's quotes."""
_MAX_INDENT: Final = 10
"""Maximum indentation of nested lists."""


def text_of_html(html: str) -> str:
    """Return the text: line by line, lists with markers, cells separated by tabs, and links as Markdown if address and
    text allow it. Nothing is loaded."""
    page = _Page()
    for is_tag, piece in _pieces(html):
        if is_tag:
            page.take_tag(piece)
        else:
            page.take_text(unescape(piece))
    return page.text()


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Split HTML into tags, without their brackets, and the text between them."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        if start > at:
            yield False, html[at:start]
        at = start + 1
        if html.startswith("!--", at):
            at = _after(html, "-->", at + 3)
        elif html[at : at + 1] in {"!", "?"}:
            at = _after(html, ">", at)
        elif name := _NAME.match(html, at, at + 40):
            end = _end_of_tag(html, at)
            if end < 0:
                yield False, html[start:]
                return
            yield True, html[at:end]
            at = _after_invisible(html, name.group().lower(), end + 1)
        else:
            yield False, "<"
    yield False, html[at:]


def _after(html: str, mark: str, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)


def _end_of_tag(html: str, at: int) -> int:
    """Return the position of the tag's ">", ignoring those in quotes; -1 if there is none."""
    first = end = html.find(">", at)
    for _ in range(_QUOTED_ENDS):
        if end < 0 or not (html.count('"', at, end) % 2 or html.count("'", at, end) % 2):
            break
        end = html.find(">", end + 1)
    else:
        return first
    return first if end < 0 else end


def _after_invisible(html: str, name: str, at: int) -> int:
    """Skip the content of an element that shows nothing."""
    if name not in _INVISIBLE:
        return at
    found = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
    return len(html) if found is None else found.start()


@dataclass(slots=True)
class _Page:
    """The lines so far, and the open elements."""

    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _lists: list[int] = field(default_factory=list)
    """The number of the last item of each open list; -1 if unordered."""
    _mark: str = ""
    _needs_blank: bool = False
    _verbatim: int = 0
    _link: tuple[str, int] | None = None
    """The address of the open link, and how many pieces of the line precede it."""

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def take_text(self, text: str) -> None:
        if self._verbatim:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in more:
                self._end_line(even_empty=bool(self._lines))
                self._line.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self._line or self._line[-1].endswith((" ", "\t")):
            text = text.removeprefix(" ")
        if text:
            self._line.append(text)

    def take_tag(self, tag: str) -> None:
        found = _NAME.match(tag)
        name = found.group().lower() if found else ""
        closes, name = name.startswith("/"), name.removeprefix("/")
        if name == "br":
            self._end_line(even_empty=True)
        elif name == "a":
            self._take_link(tag, closes=closes)
        elif name in _CELLS:
            self._line.extend(["\t"] if self._line and not closes else [])
        elif name in _LISTS:
            self._take_list(name, closes=closes)
        elif name in _PARAGRAPHS or name in _LINES:
            self._take_block(name, closes=closes)

    def _take_block(self, name: str, *, closes: bool) -> None:
        self._end_line()
        self._needs_blank |= name in _PARAGRAPHS and not self._lists
        if name == "pre":
            self._verbatim = max(0, self._verbatim + (-1 if closes else 1))
        elif name == "li":
            self._mark = "" if closes else self._next_mark()

    def _take_list(self, name: str, *, closes: bool) -> None:
        self._end_line()
        self._needs_blank |= len(self._lists) <= closes
        if not closes:
            self._lists.append(0 if name == "ol" else -1)
        elif self._lists:
            self._lists.pop()

    def _next_mark(self) -> str:
        indent = "  " * min(_MAX_INDENT, len(self._lists) - 1)
        if not self._lists or self._lists[-1] < 0:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def _take_link(self, tag: str, *, closes: bool) -> None:
        if self._link is not None:
            address, start = self._link
            words = "".join(self._line[start:])
            self._line[start:] = [_linked(words, address)]
        found = None if closes else _HREF.search(tag, 0, _TAG_LIMIT)
        address = next(filter(None, found.groups()), "") if found else ""
        self._link = (unescape(address), len(self._line)) if address else None

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = "".join(self._line).rstrip(" \t")
        self._line = []
        self._link = None
        if not line and not even_empty:
            return
        if self._needs_blank and self._lines and self._lines[-1]:
            self._lines.append("")
        self._needs_blank = False
        self._lines.append(self._mark + line if line else "")
        self._mark = "" if line else self._mark


def _linked(words: str, address: str) -> str:
    shown = words.strip()
    if not shown or shown == address or not _SAFE_LINK.fullmatch(address) or _UNSAFE_WORDS.search(shown):
        return words
    before, _, after = words.partition(shown)
    return f"{before}[{shown}]({address}){after}"
