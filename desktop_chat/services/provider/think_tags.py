"""Separates reasoning inside the text from the answer: `<think>...</think>` at the very start of a reply.

Servers that run a model without a reasoning parser send both in one text. Some also omit the opening tag, because the
model's template puts it into the prompt (DeepSeek R1, QwQ, Qwen3). Anywhere else, the tags are part of the reply's
content.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from desktop_chat.core.deltas import (
    Delta,
    ImageDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
)

_NAMES = ("think", "thinking", "thought", "reasoning", "seed:think")
_TAGS = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[think]": "[/think]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi
}
"""Opening tags and their closing tags, in lower case."""
_OPENING = re.compile("|".join(map(re.escape, _TAGS)), re.IGNORECASE)
_CLOSING = re.compile("|".join(map(re.escape, _TAGS.values())), re.IGNORECASE)
_CLOSING_BY_OPENING = {opening: re.compile(re.escape(closing), re.IGNORECASE) for opening, closing in _TAGS.items()}
_EDGES = tuple({tag[0] for tag in _TAGS})
_MAX_TAG = max(map(len, (*_TAGS, *_TAGS.values())))
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*\r?\n")
_EMPTY_LINE = re.compile(r"[ \t]*\r?\n[ \t]*\r?\n")
_PLACED = (ToolCallDelta, ImageDelta)
"""Deltas with a place in the text, so all text before them has to come first."""
_HELD_LIMIT = 4_096
"""Characters that may be held back; a reply that starts with more white space than this has no tag."""


class _State(Enum):
    START = auto()
    """Only white space so far, or after a closed tag: an opening tag may follow."""
    INSIDE = auto()
    """Between the tags."""
    TEXT = auto()
    """Apparently the answer: a lone closing tag would show that all of it was reasoning."""
    DONE = auto()
    """Certainly the answer."""


class ThinkTagParser:
    """Sorts the deltas of one reply. The result does not depend on how the text is split."""

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._closing = _CLOSING
        self._text: list[str] = []
        self._has_reasoning = False
        self._in_block = False
        self._last_character = ""
        """The last character of reasoning that was returned."""

    def sort(self, deltas: list[Delta], *, last: bool = False) -> list[Delta]:
        """Return the deltas with reasoning separated; a few characters may be held back for what follows, unless
        `last`."""
        if self._state is _State.DONE or (not last and self._is_plain(deltas)):
            return deltas
        sorted_: list[Delta] = []
        for delta in deltas:
            if isinstance(delta, TextDelta):
                self._process(delta.text, sorted_)
                continue
            if isinstance(delta, RefusalDelta) or (isinstance(delta, _PLACED) and self._state is not _State.INSIDE):
                self._release(sorted_)
            elif isinstance(delta, ReasoningDelta) and self._state is not _State.INSIDE:
                self._note_reasoning(delta.text, sorted_)
            sorted_.append(delta)
        if last:
            self._release(sorted_)
        return sorted_

    def _is_plain(self, deltas: list[Delta]) -> bool:
        """Record a piece of text in which no tag can start, the usual case; return whether that is all there is."""
        if self._held or self._state is not _State.TEXT or len(deltas) != 1 or type(deltas[0]) is not TextDelta:
            return False
        text = deltas[0].text
        if "<" in text or "[" in text or "◁" in text:
            return False
        self._text.append(text)
        return True

    def _note_reasoning(self, text: str, out: list[Delta]) -> None:
        """Handle reasoning that the server sends separately: a closing tag in the text is then just text."""
        self._has_reasoning = self._has_reasoning or bool(text.strip())
        if self._has_reasoning and self._state is _State.TEXT:
            self._release(out)

    def _process(self, text: str, out: list[Delta], *, last: bool = False) -> None:
        """Process text in as many steps as it has parts."""
        text, self._held = self._held + text, ""
        if len(text) > _HELD_LIMIT and self._state is _State.START and not text[:_HELD_LIMIT].strip():
            self._begin_text()
        while text:
            match self._state:
                case _State.START:
                    text = self._start(text, last=last)
                case _State.INSIDE:
                    text = self._inside(text, out, last=last)
                case _State.TEXT:
                    text = self._scan_text(text, out, last=last)
                case _State.DONE:
                    out.append(TextDelta(text))
                    text = ""

    def _release(self, out: list[Delta]) -> None:
        """Return held-back text: nothing more of its kind will follow."""
        self._process("", out, last=True)
        self._state = _State.DONE
        self._text.clear()

    def _begin_text(self) -> None:
        """Switch to text; if there was reasoning already, stop looking for tags."""
        self._state = _State.DONE if self._has_reasoning else _State.TEXT

    def _start(self, text: str, *, last: bool) -> str:
        begin = text.lstrip()
        if self._has_reasoning:
            text = begin  # white space between the reasoning and the answer
        head = begin[:_MAX_TAG].lower()
        if opening := _OPENING.match(begin):
            self._state, self._closing = _State.INSIDE, _CLOSING_BY_OPENING[opening.group().lower()]
            self._in_block = False
            return begin[opening.end() :]
        if closing := _CLOSING.match(begin):
            self._has_reasoning = True
            return begin[closing.end() :]
        if not last and any(tag.startswith(head) for pair in _TAGS.items() for tag in pair):
            self._held = text
            return ""
        self._begin_text()
        return text

    def _inside(self, text: str, out: list[Delta], *, last: bool) -> str:
        if not self._in_block:
            text = text.lstrip()
        end, after = self._closing_in(text, last=last)
        thought = text[:end].rstrip()
        if thought:
            gap = "\n\n" if self._has_reasoning and not self._in_block else ""
            out.append(ReasoningDelta(gap + thought))
            self._has_reasoning = self._in_block = True
            self._last_character = thought[-1]
        if after < 0:
            self._hold_inside("" if last else text[len(thought) :], out)
            return ""
        self._state, self._has_reasoning = _State.START, True
        return text[after:]

    def _hold_inside(self, text: str, out: list[Delta]) -> None:
        if len(text) > _HELD_LIMIT:
            out.append(ReasoningDelta(text))
            self._last_character = text[-1]
            text = ""
        self._held = text

    def _closing_in(self, text: str, *, last: bool) -> tuple[int, int]:
        """Return where the reasoning in `text` ends, and where the answer starts; -1 while it is open."""
        for tag in self._closing.finditer(text):
            quoted = (self._last_character + text[: tag.start()]).endswith("`")
            if quoted and tag.end() == len(text) and not last:
                return tag.start(), -1
            if not (quoted and text.startswith("`", tag.end())):
                return tag.start(), tag.end()
        return len(text) if last else _cut_before_tag(text), -1

    def _scan_text(self, text: str, out: list[Delta], *, last: bool) -> str:
        if not any(edge in text for edge in _EDGES):
            self._emit_text(text, out)
            return ""
        tag = _CLOSING.search(text)
        if tag is None:
            end = len(text) if last else _cut_before_tag(text)
            self._emit_text(text[:end], out)
            self._held = text[end:]
            return ""
        self._emit_text(text[: tag.start()], out)
        verdict = self._ends_reasoning(text[tag.end() :], last=last)
        if verdict is None:
            self._held = text[tag.start() :]
            return ""
        if not verdict:
            self._state = _State.DONE  # the reply is about the tag
            return text[tag.start() :]
        self._has_reasoning, self._state = True, _State.START
        self._text.clear()
        out.append(RecastDelta())
        return text[tag.end() :]

    def _emit_text(self, text: str, out: list[Delta]) -> None:
        if text:
            self._text.append(text)
            out.append(TextDelta(text))

    def _ends_reasoning(self, after: str, *, last: bool) -> bool | None:
        """Return whether a closing tag without an opening one ends reasoning; None if more text is needed.

        It does if it is alone on its line, or at the end of a line followed by an empty one; outside code, and if no
        opening tag was mentioned.
        """
        before = "".join(self._text)
        line = before[before.rfind("\n") + 1 :]
        if len(_FENCE.findall(before)) % 2 or line.count("`") % 2 or _OPENING.search(before):
            return False
        if not line.strip() and len(line) < 4:
            return _verdict(_LINE_END, after, last=last)
        return _verdict(_EMPTY_LINE, after, last=last)


def _verdict(wanted: re.Pattern[str], after: str, *, last: bool) -> bool | None:
    """Return whether `after` starts as wanted, or is empty at the end; None if more text is needed."""
    if wanted.match(after):
        return True
    if after.strip(" \t\r\n") or after.count("\n") > 1:
        return False
    return True if last else None


def _cut_before_tag(text: str) -> int:
    """Return the end of `text` without a possible beginning of a closing tag."""
    for at in range(max(0, len(text) - _MAX_TAG), len(text)):
        if text[at] in _EDGES and any(tag.startswith(text[at:].lower()) for tag in _TAGS.values()):
            return at
    return len(text)
