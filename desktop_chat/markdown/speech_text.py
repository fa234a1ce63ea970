"""Splits streamed Markdown into sentences to be read aloud: without markup, without code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_chat.markdown.formula import MATH

MAX_SENTENCE = 600
"""Maximum characters of a sentence; longer ones are split between words."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence, or the placeholder for a code block."""

    words: str
    is_code: bool = False


CODE = SpokenSentence("", is_code=True)
"""Announces a code block, whatever its length."""


class SentenceSplitter:
    """Takes text in pieces; the result does not depend on where the pieces are split."""

    def __init__(self) -> None:
        self._lines = ""
        """Received text that is not yet classified as prose or code."""
        self._prose = ""
        """Text after the last sentence."""
        self._at_line_start = True
        self._ends_with_line = False
        """The current line is a sentence of its own: a heading, a table row."""
        self._fence = ""
        """The opening fence of the current code block."""
        self._closing = False
        """The current line closes the code block."""

    def feed(self, piece: str) -> list[SpokenSentence]:
        """Add text. Returns the sentences that are certainly complete."""
        self._lines += piece
        return self._work(final=False)

    def end(self) -> list[SpokenSentence]:
        """Finish the text. Returns the remaining sentences."""
        return [*self._work(final=True), *self._cut(final=True)]

    def _work(self, *, final: bool) -> list[SpokenSentence]:
        found: list[SpokenSentence] = []
        *whole, rest = self._lines.split("\n")
        self._lines = ""
        for line in whole:
            found += self._take(line + "\n", complete=True)
        if rest:
            found += self._take(rest, complete=final)
        return found

    def _take(self, line: str, *, complete: bool) -> list[SpokenSentence]:
        """Process a line, or the part of it that has arrived."""
        found: list[SpokenSentence] = []
        if self._at_line_start:
            kind = self._kind_of(line.rstrip("\n"), complete=complete)
            if kind == _UNDECIDED:
                self._lines = line
                return []
            found += self._begin_line(kind, line)
        self._at_line_start = line.endswith("\n")
        if not self._fence and not self._closing:
            self._prose += line
            found += self._cut(final=self._ends_with_line and self._at_line_start)
        return found

    def _begin_line(self, kind: str, line: str) -> list[SpokenSentence]:
        self._ends_with_line = kind == _OWN_SENTENCE
        self._closing = kind == _CLOSING
        if kind == _FENCE:
            found = [*self._cut(final=True), CODE]
            self._fence = _tail(line)
            return found
        if kind == _CLOSING:
            self._fence = ""
        return self._cut(final=True) if kind in {_PARAGRAPH_START, _OWN_SENTENCE} else []

    def _kind_of(self, line: str, *, complete: bool) -> str:
        if self._fence:
            return _kind_in_code(self._fence, line, complete=complete)
        if not complete and (_MARKS_ONLY.fullmatch(line) or _tail(line).startswith(("```", "~~~"))):
            return _UNDECIDED
        tail = _tail(line)
        if tail.startswith("~~~") or (tail.startswith("```") and "`" not in tail.lstrip("`")):
            return _FENCE
        if _HEADING.match(tail) or tail.startswith("|"):
            return _OWN_SENTENCE
        inside = line.lstrip(_QUOTE_PREFIX)
        return _PARAGRAPH_START if not inside.strip() or _ITEM.match(inside) else _CONTINUATION

    def _cut(self, *, final: bool) -> list[SpokenSentence]:
        found: list[SpokenSentence] = []
        while end := _next_end(self._prose, final=final):
            words = spoken(self._prose[:end])
            self._prose = self._prose[end:].lstrip()
            if words:
                found.append(SpokenSentence(words))
        if final:
            self._prose = ""
        return found


def spoken(markdown: str) -> str:
    """Return a sentence of Markdown as it is read aloud: without marks and link addresses. Formulas remain as LaTeX
    with delimiters."""
    formulas: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        formulas.append(" ".join(match.group().split()))
        return _FORMULA

    lines = [_line_spoken(line) for line in MATH.sub(put_aside, markdown).split("\n")]
    words = " ".join(" ".join(lines).split())
    return words if not formulas else re.sub(_FORMULA, lambda _: formulas.pop(0), words)


_UNDECIDED, _FENCE, _CLOSING, _IN_CODE, _PARAGRAPH_START, _OWN_SENTENCE, _CONTINUATION = (
    "undecided", "fence", "closing", "in code", "beginning", "alone", "going on",
)  # fmt: skip
_FORMULA = "\ufdd2"
"""Placeholder for a formula while marks are removed; a noncharacter, so no text contains it."""
_QUOTE_PREFIX = " \t>"
_MARKS_ONLY = re.compile(r"[ \t>\-*+0-9.)#|`~=_]*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r"[ \t|:=*_\-]+")
_BULLET = re.compile(r"[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")

_END = re.compile(r"[.!?…。！？｡؟।]+[\"'”’)\]}»*_~`」』】）》]*")
_WIDE_ENDS = frozenset("。！？｡")
_SHORT_FORMS = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "vs", "fig", "no", "e.g", "i.e", "cf", "approx"})
_NUMBER_OF_ITEM = re.compile(r"(?:^|\n)[ \t>]*\d{1,9}$")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘]+$")

_INLINE_CODE = re.compile(r"(`+)(.+?)\1(?!`)", re.DOTALL)
_LINKED = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
_OPENING_MARKS = re.compile(r"(?<![\w*_~\\])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])")
_CLOSING_MARKS = re.compile(r"(?<=[^\s\\])(?:\*{1,3}|_{1,3}|~~)(?!\w)")
_DOUBLE_MARKS = re.compile(r"(?<![\s\\])(?:\*\*|~~)|(?<!\\)(?:\*\*|~~)(?!\s)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _tail(line: str) -> str:
    """Return a line without its nesting prefix: quote and list markers."""
    rest = line.lstrip(_QUOTE_PREFIX)
    while match := _ITEM.match(rest):
        rest = rest[match.end() :].lstrip(_QUOTE_PREFIX)
    return rest


def _kind_in_code(fence: str, line: str, *, complete: bool) -> str:
    mark = fence[0]
    least = len(fence) - len(fence.lstrip(mark))
    rest = line.lstrip(_QUOTE_PREFIX)
    if rest.strip(mark + " \t\r"):
        return _IN_CODE
    if not complete:
        return _UNDECIDED
    return _CLOSING if rest.count(mark) >= least and rest.startswith(mark * least) else _IN_CODE


def _next_end(text: str, *, final: bool) -> int:
    """Return the end of the first sentence; 0 if not certain yet."""
    for match in _END.finditer(text):
        end = match.end()
        if end > MAX_SENTENCE:
            break
        if end == len(text):
            return end if final else 0
        follows = text[end:].lstrip()
        if not follows and not final:
            return 0
        if _is_end(text, match.group(), match.start(), end, follows):
            return end
    if len(text) > MAX_SENTENCE:
        return text.rfind(" ", 1, MAX_SENTENCE) + 1 or MAX_SENTENCE
    return len(text) if final else 0


def _is_end(text: str, mark: str, start: int, end: int, follows: str) -> bool:
    if text.count("`", 0, start) % 2:
        return False  # inside inline code
    if _WIDE_ENDS.intersection(mark):
        return True
    if not text[end].isspace():
        return mark[0] in "!?" and text[end] >= "\u2e80"
    if follows[:1].islower():
        return False
    return mark[0] != "." or not _is_short_form(text[:start])


def _is_short_form(before: str) -> bool:
    """Return whether a dot after these words does not end a sentence: `1.` of a list, `Dr.`, `J.`"""
    if _NUMBER_OF_ITEM.search(before[-20:]):
        return True
    word = _LAST_WORD.search(before[-20:])
    last = word.group() if word else ""
    return last.lower() in _SHORT_FORMS or (len(last) == 1 and last.isupper())


def _line_spoken(line: str) -> str:
    rest = line.lstrip(_QUOTE_PREFIX)
    if _RULE.fullmatch(rest):
        return ""
    rest = _HEADING.sub("", rest, count=1).rstrip("#") if _HEADING.match(rest) else rest
    rest = _BULLET.sub("", rest, count=1) if _BULLET.match(rest) else rest
    if rest.startswith("|"):
        rest = ", ".join([cell.strip() for cell in rest.strip().strip("|").split("|")])
    pieces = _INLINE_CODE.split(rest)  # text, backticks, code, text, ...
    pieces[::3] = [_plain(piece) for piece in pieces[::3]]
    del pieces[1::3]
    return "".join(pieces)


def _plain(text: str) -> str:
    text = _AUTOLINK.sub(r"\1", _FOOTNOTE.sub("", _LINKED.sub(r"\1", text)))
    text = _CLOSING_MARKS.sub("", _OPENING_MARKS.sub("", _DOUBLE_MARKS.sub("", text)))
    return _ESCAPED.sub(r"\1", text)
