"""Reads the text out of HTML that was copied somewhere: its lines, lists and links, and nothing of its looks.

The time it takes grows with the length alone, whatever the HTML is: Qt's reader took 20 s for 100 KB of nested `div`.
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
_SOUND_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>()\\]+", re.IGNORECASE)
_UNSOUND_WORDS = re.compile(r"[\[\]\\\n]")
_UNSEEN = frozenset({"script", "style", "title", "template", "noscript"})
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table", "dl", "hr"})
_LINES = frozenset(
    {"div", "tr", "dt", "dd", "li", "section", "article", "header", "footer", "main", "nav", "aside", "form", "figure",
     "figcaption", "address", "caption"}
)  # fmt: skip
_LISTS = frozenset({"ul", "ol", "menu"})
_CELLS = frozenset({"td", "th"})
_TAG_LIMIT: Final = 8_000
"""Characters of a tag in which its address is looked for."""
_QUOTED_ENDS: Final = 8
"""How many ">" may stand inside the quotes of one tag."""
_DEEPEST: Final = 10
"""Steps by which a list in lists is indented at most."""


def text_of_html(html: str) -> str:
    """Return the text: a line for a line, lists with their marks, cells with tabs between them, and a link as Markdown
    where both its address and its words can stand there. Nothing is loaded."""
    page = _Page()
    for is_tag, piece in _pieces(html):
        if is_tag:
            page.take_tag(piece)
        else:
            page.take_text(unescape(piece))
    return page.text()


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Cut HTML into tags, without their brackets, and what stands between them."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        if start > at:
            yield False, html[at:start]
        at = start + 1
        if html.startswith("!--", at):
            at = _behind(html, "-->", at + 3)
        elif html[at : at + 1] in {"!", "?"}:
            at = _behind(html, ">", at)
        elif name := _NAME.match(html, at, at + 40):
            end = _end_of_tag(html, at)
            if end < 0:
                yield False, html[start:]
                return
            yield True, html[at:end]
            at = _behind_unseen(html, name.group().lower(), end + 1)
        else:
            yield False, "<"
    yield False, html[at:]


def _behind(html: str, mark: str, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)


def _end_of_tag(html: str, at: int) -> int:
    """Return where the tag's ">" is, which is not one inside of quotes; -1 where there is none."""
    first = end = html.find(">", at)
    for _ in range(_QUOTED_ENDS):
        if end < 0 or not (html.count('"', at, end) % 2 or html.count("'", at, end) % 2):
            break
        end = html.find(">", end + 1)
    else:
        return first
    return first if end < 0 else end


def _behind_unseen(html: str, name: str, at: int) -> int:
    """Pass over what is inside of an element that shows nothing."""
    if name not in _UNSEEN:
        return at
    found = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
    return len(html) if found is None else found.start()


@dataclass(slots=True)
class _Page:
    """The lines so far, and what is open."""

    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _lists: list[int] = field(default_factory=list)
    """The number of the last item of each open list; -1 in one without numbers."""
    _mark: str = ""
    _is_apart: bool = False
    _verbatim: int = 0
    _link: tuple[str, int] | None = None
    """The address of the open link, and how much of the line is before it."""

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
        elif name in _APART or name in _LINES:
            self._take_block(name, closes=closes)

    def _take_block(self, name: str, *, closes: bool) -> None:
        self._end_line()
        self._is_apart |= name in _APART and not self._lists
        if name == "pre":
            self._verbatim = max(0, self._verbatim + (-1 if closes else 1))
        elif name == "li":
            self._mark = "" if closes else self._next_mark()

    def _take_list(self, name: str, *, closes: bool) -> None:
        self._end_line()
        self._is_apart |= len(self._lists) <= closes
        if not closes:
            self._lists.append(0 if name == "ol" else -1)
        elif self._lists:
            self._lists.pop()

    def _next_mark(self) -> str:
        indent = "  " * min(_DEEPEST, len(self._lists) - 1)
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
        if self._is_apart and self._lines and self._lines[-1]:
            self._lines.append("")
        self._is_apart = False
        self._lines.append(self._mark + line if line else "")
        self._mark = "" if line else self._mark


def _linked(words: str, address: str) -> str:
    shown = words.strip()
    if not shown or shown == address or not _SOUND_LINK.fullmatch(address) or _UNSOUND_WORDS.search(shown):
        return words
    before, _, after = words.partition(shown)
    return f"{before}[{shown}]({address}){after}"
